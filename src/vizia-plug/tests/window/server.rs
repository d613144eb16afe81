//! An X server for a test, its mouse and keyboard, and the process that plays the host.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

use vizia_plug::Picture;
use x11rb::connection::Connection;
use x11rb::protocol::xproto::{ConnectionExt as _, ImageFormat};
use x11rb::protocol::xtest::ConnectionExt as _;
use x11rb::rust_connection::RustConnection;

/// Event codes of the core protocol.
/// Keycode of the left shift key on a PC keyboard under X.
const SHIFT: u8 = 50;
/// Keycode of the left control key.
pub const CONTROL: u8 = 37;
const PRESS_KEY: u8 = 2;
const RELEASE_KEY: u8 = 3;
const PRESS_BUTTON: u8 = 4;
const RELEASE_BUTTON: u8 = 5;
const MOTION: u8 = 6;

/// Between two steps of a hand.
const STEP: Duration = Duration::from_millis(30);

pub struct Server {
    process: Child,
    display: String,
    connection: RustConnection,
    root: u32,
}

impl Server {
    /// Starts a server on a free display.
    pub fn start() -> Result<Self, String> {
        let mut process = Command::new("Xvfb")
            .args(["-displayfd", "1", "-screen", "0", "2200x1300x24", "-nolisten", "tcp", "-noreset"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|error| format!("the window tests need Xvfb (Debian package xvfb): {error}"))?;
        let mut number = String::new();
        let mut output = BufReader::new(process.stdout.take().expect("piped"));
        output.read_line(&mut number).map_err(|error| format!("Xvfb did not start: {error}"))?;
        let display = format!(":{}", number.trim());
        let (connection, screen) =
            x11rb::connect(Some(&display)).map_err(|error| format!("Xvfb cannot be reached: {error}"))?;
        let root = connection.setup().roots[screen].root;
        Ok(Self { process, display, connection, root })
    }

    fn fake(&self, kind: u8, detail: u8, x: i16, y: i16) {
        self.connection
            .xtest_fake_input(kind, detail, 0, self.root, x, y, 0)
            .expect("sent")
            .check()
            .expect("taken");
        sleep(STEP);
    }

    pub fn point(&self, x: i16, y: i16) {
        self.fake(MOTION, 0, x, y);
    }

    pub fn click(&self, x: i16, y: i16) {
        // A pixel beside the last click: never a double click.
        self.point(x + 1, y);
        self.point(x, y);
        self.fake(PRESS_BUTTON, 1, x, y);
        self.fake(RELEASE_BUTTON, 1, x, y);
    }

    pub fn drag(&self, from: (i16, i16), to: (i16, i16)) {
        self.point(from.0, from.1);
        self.fake(PRESS_BUTTON, 1, from.0, from.1);
        for step in 1..=10 {
            self.point(from.0 + (to.0 - from.0) * step / 10, from.1 + (to.1 - from.1) * step / 10);
        }
        self.fake(RELEASE_BUTTON, 1, to.0, to.1);
    }

    /// Presses and releases the key with an X keysym's name.
    pub fn key(&self, name: &str) {
        let (_, shift) = self.code(name);
        if shift { self.chord(SHIFT, name) } else { self.tap(name) }
    }

    /// The same while another key is down.
    pub fn chord(&self, held: u8, name: &str) {
        self.fake(PRESS_KEY, held, 0, 0);
        self.tap(name);
        self.fake(RELEASE_KEY, held, 0, 0);
    }

    fn tap(&self, name: &str) {
        let (code, _) = self.code(name);
        self.fake(PRESS_KEY, code, 0, 0);
        self.fake(RELEASE_KEY, code, 0, 0);
    }

    pub fn type_text(&self, text: &str) {
        for typed in text.chars() {
            match typed {
                '\n' => self.key("Return"),
                other => self.key(&other.to_string()),
            }
        }
    }

    /// Where the key is on the keyboard, and whether shift is needed: from the server's own map.
    fn code(&self, name: &str) -> (u8, bool) {
        let wanted: u32 = match name {
            "Return" => 0xff0d,
            "Tab" => 0xff09,
            "Escape" => 0xff1b,
            "Up" => 0xff52,
            "Down" => 0xff54,
            "End" => 0xff57,
            other => other.chars().next().expect("a key").into(),
        };
        let setup = self.connection.setup();
        let count = setup.max_keycode - setup.min_keycode + 1;
        let map = self
            .connection
            .get_keyboard_mapping(setup.min_keycode, count)
            .expect("sent")
            .reply()
            .expect("map");
        let per_key = usize::from(map.keysyms_per_keycode);
        let at = |column: usize| map.keysyms.chunks(per_key).position(|key| key.get(column) == Some(&wanted));
        let code = |index: usize| setup.min_keycode + u8::try_from(index).expect("few keys");
        at(0)
            .map(|index| (code(index), false))
            .or_else(|| at(1).map(|index| (code(index), true)))
            .expect(name)
    }

    /// What the screen shows in its upper left corner.
    pub fn picture(&self, width: u32, height: u32) -> Picture {
        let (w, h) = (u16::try_from(width).expect("small"), u16::try_from(height).expect("small"));
        let image = self.connection.get_image(ImageFormat::Z_PIXMAP, self.root, 0, 0, w, h, !0);
        let image = image.expect("sent").reply().expect("an image");
        let rgba = image.data.chunks_exact(4).flat_map(|p| [p[2], p[1], p[0], 255]).collect();
        Picture { width, height, rgba }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Set for the process that plays the host.
pub const HOST: &str = "GARNISH_WINDOW_HOST";

/// The process that plays the host.
pub struct Host {
    process: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Host {
    pub fn start(server: &Server) -> Self {
        let mut process = Command::new(std::env::current_exe().expect("this test"))
            .args(["--exact", "a_host_process", "--ignored", "--nocapture", "--test-threads", "1"])
            .env("DISPLAY", &server.display)
            .env(HOST, "")
            // one heap for all threads (mallopt(3)), so that its size means something
            .env("MALLOC_ARENA_MAX", "1")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("this test starts again");
        let input = process.stdin.take().expect("piped");
        let output = BufReader::new(process.stdout.take().expect("piped"));
        Self { process, input, output }
    }

    /// Gives a command and waits until it is done.
    pub fn tell(&mut self, command: &str) {
        self.ask(command);
    }

    /// Gives a command and reads its answer.
    pub fn ask(&mut self, command: &str) -> String {
        writeln!(self.input, "{command}").expect("the host listens");
        loop {
            let mut line = String::new();
            let read = self.output.read_line(&mut line).expect("the host answers");
            assert!(read > 0, "the host process has died at {command:?}");
            if let Some((_, answer)) = line.split_once("> ") {
                return answer.trim().to_owned();
            }
        }
    }

    /// The middle of a widget, by its role and name.
    pub fn place(&mut self, role: &str, name: &str) -> (i16, i16) {
        let answer = self.ask(&format!("place {role} {name}"));
        let mut numbers = answer.split(' ').map(|number| number.parse().expect("a position"));
        (numbers.next().expect("x"), numbers.next().expect("y"))
    }

    /// What a headless editor with the same parameters draws.
    pub fn headless(&mut self) -> Picture {
        let path = self.ask("headless");
        let picture = Picture::load(path.as_ref()).expect("the host has drawn it");
        std::fs::remove_file(path).expect("it can go");
        picture
    }

    pub fn ended_well(mut self) -> bool {
        drop(self.input);
        self.process.wait().is_ok_and(|status| status.success())
    }
}
