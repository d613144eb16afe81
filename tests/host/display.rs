//! An X server without a screen, and a host's window on it.

#![allow(
    clippy::missing_panics_doc,
    clippy::new_without_default,
    clippy::unwrap_used,
    reason = "a test has nothing to do without its server"
)]

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, ExitCode, Stdio};

use x11rb::connection::Connection;
use x11rb::protocol::xproto::{
    BUTTON_PRESS_EVENT, BUTTON_RELEASE_EVENT, ConnectionExt, CreateWindowAux, EventMask, ImageFormat,
    KEY_PRESS_EVENT, KeyButMask, KeyPressEvent, MOTION_NOTIFY_EVENT, MapState, Motion, WindowClass,
};
use x11rb::rust_connection::RustConnection;

use crate::HostError;

/// A server of our own (`Xvfb`), stopped when it is dropped.
pub struct Server {
    process: Child,
    display: String,
}

impl Server {
    /// Starts one on a display that is free.
    ///
    /// # Errors
    /// If there is no Xvfb; the message names the package.
    pub fn start() -> Result<Self, HostError> {
        let failed = |what: &dyn std::fmt::Display| {
            HostError(format!("Xvfb did not start; install it (Debian: apt-get install xvfb): {what}"))
        };
        let mut process = Command::new("Xvfb")
            .args(["-displayfd", "1", "-screen", "0", "2200x1300x24", "-nolisten", "tcp", "-noreset"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|error| failed(&error))?;
        let output = process.stdout.take();
        let mut server = Self { process, display: String::new() };
        let mut number = String::new();
        if let Some(output) = output {
            BufReader::new(output).read_line(&mut number).map_err(|error| failed(&error))?;
        }
        if number.trim().is_empty() {
            return Err(failed(&"it named no display"));
        }
        server.display = format!(":{}", number.trim());
        Ok(server)
    }

    /// What `DISPLAY` must be.
    pub fn display(&self) -> &str {
        &self.display
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// A test that needs a display: its name and itself.
pub type Case = (&'static str, fn());

/// Names the case that a process is to run, with its `DISPLAY` from the beginning.
const CASE: &str = "GARNISH_WINDOW_CASE";

/// The main function of a test program: runs each case in a process of its own, which must end well, under a server of
/// our own. Takes parts of names as arguments, as `cargo test` does, and runs the long cases only with `--include-ignored`
/// or `--ignored`. Without Xvfb nothing runs, which is said, and is a failure where `CI` is set.
#[allow(clippy::print_stdout, reason = "a test program says what it does")]
pub fn run_cases(short: &[&[Case]], long: &[Case]) -> ExitCode {
    let all = || short.iter().copied().flatten().chain(long);
    if let Some(wanted) = std::env::var_os(CASE) {
        all().filter(|(name, _)| *name == wanted).for_each(|(_, case)| case());
        return ExitCode::SUCCESS;
    }
    let server = match Server::start() {
        Ok(server) => server,
        Err(error) => {
            println!("window tests NOT RUN: {error}");
            return ExitCode::from(u8::from(std::env::var_os("CI").is_some()));
        }
    };
    let (flags, wanted): (Vec<_>, Vec<_>) = std::env::args().skip(1).partition(|arg| arg.starts_with('-'));
    let with_long = flags.iter().any(|flag| flag == "--include-ignored" || flag == "--ignored");
    let chosen = |name: &str| wanted.is_empty() || wanted.iter().any(|part| name.contains(part.as_str()));
    let (mut passed, mut failed) = (0, 0);
    for (name, _) in all().filter(|(name, _)| chosen(name)) {
        if !with_long && long.iter().any(|(long, _)| long == name) {
            println!("test {name} ... ignored, long");
            continue;
        }
        let status = std::env::current_exe()
            .and_then(|exe| Command::new(exe).env(CASE, name).env("DISPLAY", server.display()).status());
        let good = status.as_ref().is_ok_and(std::process::ExitStatus::success);
        *(if good { &mut passed } else { &mut failed }) += 1;
        match status {
            Ok(status) if !good => println!("test {name} ... FAILED ({status})"),
            Err(error) => println!("test {name} ... FAILED ({error})"),
            Ok(_) => println!("test {name} ... ok"),
        }
    }
    let result = if failed == 0 { "ok" } else { "FAILED" };
    println!("\ntest result: {result}. {passed} passed; {failed} failed");
    ExitCode::from(u8::from(failed > 0))
}

/// The host's own connection to the server of `DISPLAY`, with one parent window.
pub struct Screen {
    c: RustConnection,
    root: u32,
    /// The window to embed an editor in.
    pub parent: u32,
}

impl Screen {
    /// A window of 500 by 400 pixels in the corner.
    pub fn new() -> Self {
        Self::at((0, 0), (500, 400))
    }

    /// A window of this size at this place.
    pub fn at((x, y): (i16, i16), (width, height): (u16, u16)) -> Self {
        let (c, screen) = RustConnection::connect(None).unwrap();
        let root = c.setup().roots[screen].root;
        let parent = c.generate_id().unwrap();
        let (class, looks) = (WindowClass::INPUT_OUTPUT, CreateWindowAux::new());
        c.create_window(0, parent, root, x, y, width, height, 0, class, 0, &looks).unwrap();
        c.map_window(parent).unwrap();
        let screen = Self { c, root, parent };
        screen.sync();
        screen
    }

    /// Waits until the server has done everything asked of it before.
    pub fn sync(&self) {
        self.c.get_input_focus().unwrap().reply().unwrap();
    }

    /// Takes the host's window away, and all that is inside it.
    pub fn destroy_parent(&self) {
        self.c.destroy_window(self.parent).unwrap();
        self.sync();
    }

    /// The windows inside the parent.
    pub fn children(&self) -> Vec<u32> {
        self.c.query_tree(self.parent).unwrap().reply().unwrap().children
    }

    /// Whether the window is shown.
    pub fn is_mapped(&self, window: u32) -> bool {
        let state = self.c.get_window_attributes(window).unwrap().reply().unwrap().map_state;
        state != MapState::UNMAPPED
    }

    /// The window's width and height.
    pub fn size(&self, window: u32) -> (i32, i32) {
        let geometry = self.c.get_geometry(window).unwrap().reply().unwrap();
        (i32::from(geometry.width), i32::from(geometry.height))
    }

    /// What the window shows: blue, green, red, nothing for every pixel, rows from the top.
    pub fn pixels(&self, window: u32) -> Vec<u8> {
        let size = self.c.get_geometry(window).unwrap().reply().unwrap();
        let image =
            self.c.get_image(ImageFormat::Z_PIXMAP, window, 0, 0, size.width, size.height, !0).unwrap();
        image.reply().unwrap().data
    }

    /// Presses or releases the left mouse button in the window.
    pub fn button(&self, window: u32, down: bool) {
        self.input(window, if down { BUTTON_PRESS_EVENT } else { BUTTON_RELEASE_EVENT }, 1, 1);
    }

    /// Moves the pointer in the window to column `x`.
    pub fn motion(&self, window: u32, x: i16) {
        self.input(window, MOTION_NOTIFY_EVENT, Motion::NORMAL.into(), x);
    }

    /// Presses a key in the window.
    pub fn key(&self, window: u32, keycode: u8) {
        self.input(window, KEY_PRESS_EVENT, keycode, 1);
    }

    /// Sends an event of key, button or motion, which share one layout (X Window System Protocol, section "Events").
    fn input(&self, window: u32, response_type: u8, detail: u8, x: i16) {
        let event = KeyPressEvent {
            response_type,
            detail,
            sequence: 0,
            time: 0,
            root: self.root,
            event: window,
            child: 0,
            root_x: x,
            root_y: 1,
            event_x: x,
            event_y: 1,
            state: KeyButMask::default(),
            same_screen: true,
        };
        self.c.send_event(false, window, EventMask::NO_EVENT, event).unwrap();
        self.sync();
    }
}
