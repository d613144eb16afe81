//! The process that plays the host: an X11 window per editor, nice-plug's calls in the order a CLAP host makes them.

use std::collections::BTreeMap;
use std::error::Error;
use std::io::{BufRead, Write};
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use nice_plug::context::PluginApi;
use nice_plug::context::gui::{GuiContext, GuiContextInner};
use nice_plug::editor::dpi::{NativeSize, Size};
use nice_plug::editor::{
    Editor, EditorHandle, HostCallbacks, HostMainThreadCaller, HostMethods, ParentWindowHandle, SpawnedEditor,
};
use nice_plug::prelude::{ParamPtr, Params, PluginState};
use vizia::prelude::*;
use vizia_plug::editor::PlugHandle;
use vizia_plug::host::automate;
use vizia_plug::widgets::{Levels, PeakMeter};
use vizia_plug::{EditorSize, Frame, Headless, Parameters, PlugEditor, Session, Spec, demo};
use x11rb::connection::Connection;
use x11rb::protocol::xproto::{
    ConfigureWindowAux, ConnectionExt as _, CreateWindowAux, EventMask, WindowClass,
};
use x11rb::rust_connection::RustConnection;

/// What a plugin wrapper would do with gestures.
struct Wrapper {
    changes: AtomicUsize,
    open: AtomicUsize,
    faults: AtomicUsize,
}

impl GuiContextInner for Wrapper {
    fn plugin_api(&self) -> PluginApi {
        PluginApi::Clap
    }

    unsafe fn raw_begin_set_parameter(&self, _: ParamPtr) {
        self.open.fetch_add(1, Ordering::SeqCst);
    }

    unsafe fn raw_set_parameter_normalized(&self, parameter: ParamPtr, value: f32) {
        self.changes.fetch_add(1, Ordering::SeqCst);
        if self.open.load(Ordering::SeqCst) == 0 {
            self.faults.fetch_add(1, Ordering::SeqCst);
        }
        // SAFETY: the sample lives as long as the process.
        unsafe { parameter._internal_set_normalized_value(value) };
    }

    unsafe fn raw_end_set_parameter(&self, _: ParamPtr) {
        self.open.fetch_sub(1, Ordering::SeqCst);
    }

    fn get_state(&self) -> PluginState {
        PluginState { version: String::new(), params: BTreeMap::new(), fields: BTreeMap::new() }
    }

    fn set_state(&self, _: PluginState) {}

    fn request_restart(&self) {}
}

/// What an editor asks of the host: the parent's size, and a call on the main thread.
struct Asks(Arc<Mutex<Option<(u32, u32)>>>);

impl HostCallbacks for Asks {
    fn request_resize(&mut self, size: Size, scale: f64) -> Result<(), Box<dyn Error>> {
        let size: NativeSize<u32> = NativeSize::from_size(size, scale);
        *self.0.lock().expect("not poisoned") = Some((size.width, size.height));
        Ok(())
    }

    fn destroyed(&mut self) {}
}

struct Calls(Sender<()>);

impl HostMainThreadCaller for Calls {
    fn call_main_thread(&mut self) {
        let _ = self.0.send(());
    }
}

/// One open editor in its parent window.
struct Open {
    spawned: SpawnedEditor<PlugHandle>,
    parent: u32,
    asked: Arc<Mutex<Option<(u32, u32)>>>,
    calls: Receiver<()>,
}

struct Host {
    connection: RustConnection,
    root: u32,
    params: Arc<dyn Params>,
    parameters: Parameters,
    editors: [PlugEditor; 2],
    open: [Option<Open>; 2],
    wrapper: Arc<Wrapper>,
    size: (u32, u32),
    /// Physical pixels for one logical pixel, as the host told the editor.
    scale: f64,
    /// Keys that came through to the host.
    keys: usize,
    popup: Arc<AtomicBool>,
}

static AUTOMATION: AtomicBool = AtomicBool::new(false);

/// Reads commands until there are no more.
pub fn run() {
    let mut host = Host::new();
    let (lines, commands) = channel();
    std::thread::spawn(move || {
        std::io::stdin().lock().lines().map_while(Result::ok).try_for_each(|line| lines.send(line))
    });
    loop {
        host.serve();
        match commands.recv_timeout(Duration::from_millis(5)) {
            Ok(command) => {
                let answer = host.obey(&command);
                let mut out = std::io::stdout();
                writeln!(out, "> {answer}").and_then(|()| out.flush()).expect("the test listens");
                if command == "quit" {
                    return;
                }
            }
            Err(std::sync::mpsc::RecvTimeoutError::Timeout) => {}
            Err(std::sync::mpsc::RecvTimeoutError::Disconnected) => return,
        }
    }
}

/// The gallery, with a meter.
fn content(cx: &mut Context, popup: &Arc<AtomicBool>) {
    let watch = Watch(popup.clone()).build(cx, |_| {}).size(Pixels(0.0)).entity();
    cx.data::<Session>().clone().frames(watch);
    PeakMeter::new(cx, -48.0, || Levels { peak_db: [-96.0; 2] }).width(Stretch(1.0));
    demo::gallery(cx);
}

impl Host {
    fn new() -> Self {
        let (connection, screen) = x11rb::connect(None).expect("the test's own display");
        let root = connection.setup().roots[screen].root;
        let params: Arc<dyn Params> = demo::sample();
        let popup = Arc::new(AtomicBool::new(false));
        let editor = || {
            let size = EditorSize::new((800.0, 420.0), (400.0, 300.0), (1600.0, 1200.0));
            let popup = popup.clone();
            PlugEditor::new(
                "Test",
                Spec::new(Some(params.clone()), move |cx| content(cx, &popup)),
                Arc::new(size),
            )
        };
        Self {
            connection,
            root,
            parameters: Parameters::new(&params),
            editors: [editor(), editor()],
            open: [None, None],
            wrapper: Arc::new(Wrapper { changes: 0.into(), open: 0.into(), faults: 0.into() }),
            size: (0, 0),
            scale: 1.0,
            keys: 0,
            popup,
            params: params.clone(),
        }
    }

    /// What a host's event loop does for an open editor.
    fn serve(&mut self) {
        for open in self.open.iter().flatten() {
            while open.calls.try_recv().is_ok() {
                open.spawned.handle.host_main_thread_callback(&open.spawned.window);
            }
            while let Ok(Some(event)) = self.connection.poll_for_event() {
                self.keys += usize::from(matches!(event, x11rb::protocol::Event::KeyPress(_)));
            }
            if let Some((width, height)) = open.asked.lock().expect("not poisoned").take() {
                resize(&self.connection, open.parent, width, height);
                self.size = (width, height);
            }
        }
    }

    fn obey(&mut self, command: &str) -> String {
        let words: Vec<&str> = command.split(' ').collect();
        match words[..] {
            ["open", which] => self.open(which.parse().expect("0 or 1")),
            ["close", which] => self.close(which.parse().expect("0 or 1")),
            ["value", id] => format!("{}", self.parameter(id).value()),
            ["text", id] => self.parameter(id).text(self.parameter(id).value()),
            ["automate", id, value] => {
                automate(self.parameter(id), value.parse().expect("a number"));
                String::new()
            }
            ["automation", "on"] => self.automation(),
            ["resize", width, height] => {
                self.resize(width.parse().expect("pixels"), height.parse().expect("pixels"))
            }
            ["scale", scale] => self.scale(scale.parse().expect("a number")),
            ["size"] => {
                let size = self.editors[0].size();
                format!("{} {}", size.width, size.height)
            }
            ["parent"] => format!("{} {}", self.size.0, self.size.1),
            ["place", role, ..] => self.place(role, &words[2..].join(" ")),
            ["headless"] => self.headless(),
            ["changes"] => self.wrapper.changes.load(Ordering::SeqCst).to_string(),
            ["faults"] => self.wrapper.faults.load(Ordering::SeqCst).to_string(),
            ["keys"] => self.keys.to_string(),
            ["popup"] => self.popup.load(Ordering::SeqCst).to_string(),
            ["memory"] => status("VmRSS:"),
            ["threads"] => self.threads(),
            ["quit"] => String::new(),
            _ => unreachable!("unknown command {command:?}"),
        }
    }

    fn parameter(&self, id: &str) -> &vizia_plug::Parameter {
        self.parameters.get(id).expect("in the sample")
    }

    /// As nice-plug's CLAP wrapper: the window first, its parent later, then shown.
    fn open(&mut self, which: usize) -> String {
        let (sender, calls) = channel();
        let asked = Arc::new(Mutex::new(None));
        let methods = HostMethods {
            callbacks: Box::new(Asks(asked.clone())),
            main_thread_caller: Box::new(Calls(sender)),
        };
        let context = GuiContext::new(self.wrapper.clone());
        let spawned =
            self.editors[which].spawn(None, true, None, context, Some(methods)).expect("the editor opens");
        let size = self.editors[which].size();
        let parent = self.parent(size.width, size.height, which);
        let handle = ParentWindowHandle::XcbWindow(NonZeroU32::new(parent).expect("not zero"));
        spawned.handle.set_parent(handle, &spawned.window).expect("embedded");
        spawned.handle.show(&spawned.window).expect("shown");
        self.open[which] = Some(Open { spawned, parent, asked, calls });
        std::thread::sleep(Duration::from_millis(60));
        String::new()
    }

    fn parent(&self, width: u32, height: u32, which: usize) -> u32 {
        let id = self.connection.generate_id().expect("an id");
        let short = |length: u32| u16::try_from(length).expect("small");
        let x = if which == 0 { 0 } else { 1100 };
        self.connection
            .create_window(
                0,
                id,
                self.root,
                x,
                0,
                short(width),
                short(height),
                0,
                WindowClass::INPUT_OUTPUT,
                0,
                &CreateWindowAux::new().event_mask(EventMask::KEY_PRESS),
            )
            .expect("sent")
            .check()
            .expect("a parent window");
        self.connection.map_window(id).expect("sent").check().expect("mapped");
        id
    }

    fn close(&mut self, which: usize) -> String {
        let open = self.open[which].take().expect("open");
        drop(open.spawned);
        self.connection.destroy_window(open.parent).expect("sent").check().expect("destroyed");
        String::new()
    }

    fn resize(&mut self, width: u32, height: u32) -> String {
        let open = self.open[0].as_ref().expect("open");
        resize(&self.connection, open.parent, width, height);
        open.spawned.handle.set_size(NativeSize::new(width, height), &open.spawned.window).expect("resized");
        self.size = (width, height);
        String::new()
    }

    fn scale(&mut self, scale: f64) -> String {
        self.scale = scale;
        let open = self.open[0].as_ref().expect("open");
        open.spawned.handle.set_fallback_scale_factor(scale, &open.spawned.window).expect("scaled");
        String::new()
    }

    fn automation(&self) -> String {
        AUTOMATION.store(true, Ordering::Relaxed);
        let gain = self.parameter("gain").clone();
        std::thread::spawn(move || {
            for step in (0..1000_u16).cycle() {
                automate(&gain, f32::from(step) / 1000.0);
                std::thread::sleep(Duration::from_millis(1));
            }
        });
        String::new()
    }

    /// A headless twin of the same size knows where everything is.
    #[expect(clippy::cast_possible_truncation, reason = "window sizes")]
    fn twin(&self) -> Headless {
        let popup = self.popup.clone();
        let spec = Spec::new(Some(self.params.clone()), move |cx| content(cx, &popup));
        let size = self.editors[0].size();
        let logical = |pixels: u32| (f64::from(pixels) / self.scale) as f32;
        let mut twin = Headless::new(&spec, logical(size.width), logical(size.height), self.scale as f32);
        twin.settle();
        twin
    }

    fn place(&self, role: &str, name: &str) -> String {
        let nodes = self.twin().nodes();
        let node =
            nodes.iter().find(|node| format!("{:?}", node.role) == role && node.name == name).expect(name);
        let [left, top, right, bottom] = node.bounds;
        format!("{:.0} {:.0}", f64::midpoint(left, right).floor(), f64::midpoint(top, bottom).floor())
    }

    fn headless(&self) -> String {
        let mut twin = self.twin();
        // As the pointer rests in the real window.
        twin.point((3.0, 3.0));
        twin.settle();
        let path = std::env::temp_dir().join(format!("vizia-plug-{}.png", std::process::id()));
        twin.picture().save(&path).expect("written");
        path.display().to_string()
    }

    #[expect(clippy::unused_self, reason = "asked like all the others")]
    /// Threads but the test harness's own two (its main thread and this reader).
    fn threads(&self) -> String {
        std::thread::sleep(Duration::from_millis(300));
        let all: usize = status("Threads:").parse().expect("a number");
        (all - 2).to_string()
    }
}

fn resize(connection: &RustConnection, window: u32, width: u32, height: u32) {
    let size = ConfigureWindowAux::new().width(width).height(height);
    connection.configure_window(window, &size).expect("sent").check().expect("resized");
}

fn status(field: &str) -> String {
    let status = std::fs::read_to_string("/proc/self/status").expect("on Linux");
    let line = status.lines().find(|line| line.starts_with(field)).expect(field);
    line.split_whitespace().nth(1).expect("a value").to_owned()
}

/// Tells the host whether a menu or an entry field is open.
struct Watch(Arc<AtomicBool>);

impl View for Watch {
    fn event(&mut self, cx: &mut EventContext, event: &mut Event) {
        event.map(|_: &Frame, _| self.0.store(cx.data::<Session>().has_popup(), Ordering::SeqCst));
    }
}
