//! The editors of the built bundles in X11 windows, while audio runs with dense automation. Every case is a host process
//! of its own, which must end well.
//!
//! `cargo xtask test` builds the bundles first.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod players;
mod process;

use std::process::ExitCode;
use std::time::{Duration, Instant};

use clap_sys::entry::clap_plugin_entry;
use garnish_host::bare::{EXTENSIONS, Place, walk};
use garnish_host::clap::ClapHost;
use garnish_host::display::{Case, Screen, run_cases};
use garnish_host::vst3::{Stream, Vst3Host};
use garnish_host::{Change, Editor, Host, bundle};
use vst3::ComWrapper;
use vst3::Steinberg::Vst::IComponentTrait;
use vst3::Steinberg::{IBStream, kResultOk};

use players::Players;

const CASES: &[Case] = &[
    ("clap_two_instances_open_resize_close_reopen_under_automation", || two_instances("CLAP")),
    ("vst3_two_instances_open_resize_close_reopen_under_automation", || two_instances("VST3")),
    ("clap_may_end_with_its_editor_open", || ends_open("CLAP")),
    ("vst3_may_end_with_its_editor_open", || ends_open("VST3")),
    ("both_formats_show_the_same_picture_and_follow_automation", same_picture),
    ("clap_hosts_that_lack_extensions_or_call_from_any_thread", bare_hosts),
    ("vst3_a_run_loop_on_another_thread", foreign_run_loop),
    ("clap_fifty_openings_leave_nothing_behind", || openings("CLAP", 50)),
    ("vst3_fifty_openings_leave_nothing_behind", || openings("VST3", 50)),
];

const LONG: &[Case] = &[
    ("clap_a_thousand_openings_leave_nothing_behind", || openings("CLAP", 1000)),
    ("vst3_a_thousand_openings_leave_nothing_behind", || openings("VST3", 1000)),
    ("clap_an_open_editor_costs_little", || cost("CLAP")),
    ("vst3_an_open_editor_costs_little", || cost("VST3")),
];

/// The CLAP in hosts that offer nothing, one extension alone, or tables without functions; each also from other threads.
fn bare_hosts() {
    // SAFETY: CLAP entry.h: the library's entry, initialised once, never unloaded.
    let entry = unsafe {
        let library = Box::leak(Box::new(libloading::Library::new(bundle::clap()).unwrap()));
        let entry = *library.get::<*const clap_plugin_entry>(b"clap_entry\0").unwrap();
        assert!(((*entry).init.unwrap())(c"".as_ptr()));
        &*entry
    };
    let alone = EXTENSIONS.iter().map(std::slice::from_ref);
    for offered in alone.chain([&[][..], &EXTENSIONS[..]]) {
        for place in [Place::Here, Place::Elsewhere] {
            // SAFETY: an initialised entry.
            unsafe { walk(entry, offered, place) };
        }
    }
}

/// As Carla does: its engine's thread turns the run loop while the editor is open, under automation.
fn foreign_run_loop() {
    let screen = Screen::new();
    let mut host = Vst3Host::open(&bundle::vst3()).unwrap();
    host.activate(48_000.0, 256, false).unwrap();
    host.open_editor(screen.parent).unwrap();
    let ids: Vec<_> = host.params().iter().filter(|param| param.automatable).map(|param| param.id).collect();
    let mut player = host.player();
    let (run_loop, component) = (host.run_loop().clone(), host.component().clone());
    let state = host.save().unwrap();
    std::thread::scope(|scope| {
        scope.spawn(|| run_loop.turn_for(Duration::from_secs(1)));
        scope.spawn(|| {
            for block in 0..200 {
                let value = f64::from(block % 10) / 10.0;
                let changes: Vec<_> = ids.iter().map(|&id| Change { frame: 0, id, value }).collect();
                player.play(&mut [vec![0.1; 256], vec![0.1; 256]], &changes).unwrap();
            }
        });
        scope.spawn(|| {
            for _ in 0..20 {
                let stream = ComWrapper::new(Stream::new(state.clone())).to_com_ptr::<IBStream>().unwrap();
                // SAFETY: VST3 ivstcomponent.h, setState: a living stream, on a thread that is not the editor's.
                assert_eq!(unsafe { component.setState(stream.as_ptr()) }, kResultOk);
            }
        });
    });
    host.turn();
    host.close_editor().unwrap();
}

fn main() -> ExitCode {
    run_cases(&[CASES], LONG)
}

/// An active instance.
fn instance(format: &str) -> Box<dyn Editor> {
    let mut host: Box<dyn Editor> = match format {
        "CLAP" => Box::new(ClapHost::open(&bundle::clap()).unwrap()),
        _ => Box::new(Vst3Host::open(&bundle::vst3()).unwrap()),
    };
    host.activate(48_000.0, 256, false).unwrap();
    host
}

/// Turns the hosts' loops until this holds; the test fails after ten seconds.
fn until(hosts: &mut [Box<dyn Editor>], what: &str, mut holds: impl FnMut() -> bool) {
    let start = Instant::now();
    while !holds() {
        assert!(start.elapsed() < Duration::from_secs(10), "waited in vain: {what}");
        turn_for(hosts, Duration::from_millis(5));
    }
}

fn turn_for(hosts: &mut [Box<dyn Editor>], length: Duration) {
    let end = Instant::now() + length;
    while Instant::now() < end {
        for host in hosts.iter_mut() {
            host.turn();
        }
        std::thread::sleep(Duration::from_millis(2));
    }
}

/// Opens the editor and waits for its window.
fn open(hosts: &mut [Box<dyn Editor>], which: usize, screen: &Screen) {
    hosts[which].open_editor(screen.parent).unwrap();
    until(hosts, "an open editor has a window", || {
        let inside = screen.children();
        inside.len() == 1 && screen.is_mapped(inside[0])
    });
}

fn close(hosts: &mut [Box<dyn Editor>], which: usize, screen: &Screen) {
    hosts[which].close_editor().unwrap();
    until(hosts, "a closed editor has no window", || screen.children().is_empty());
}

/// Grows the editor a little, and waits until its window has grown too.
fn resize(hosts: &mut [Box<dyn Editor>], which: usize, screen: &Screen, (wider, higher): (u32, u32)) {
    let (width, height) = hosts[which].editor_size().unwrap();
    let wanted = (width + wider, height + higher);
    hosts[which].resize_editor(wanted.0, wanted.1).unwrap();
    assert_eq!(hosts[which].editor_size().unwrap(), wanted);
    let inside = screen.children();
    until(hosts, "the window has the editor's size", || {
        let (width, height) = screen.size(inside[0]);
        (width.unsigned_abs(), height.unsigned_abs()) == wanted
    });
}

/// Saves a state and takes it over again, as hosts do while anything goes on.
fn save_and_load(host: &mut Box<dyn Editor>) {
    let state = host.save().unwrap();
    host.load(&state).unwrap();
}

fn two_instances(format: &str) {
    let screens = [Screen::at((0, 0), (1000, 700)), Screen::at((1100, 0), (1000, 700))];
    let mut hosts = [instance(format), instance(format)];
    let players = Players::start(&mut hosts, true);
    for round in 0..4 {
        open(&mut hosts, 0, &screens[0]);
        open(&mut hosts, 1, &screens[1]);
        turn_for(&mut hosts, Duration::from_millis(100));
        resize(&mut hosts, 0, &screens[0], (40 - round, 20));
        save_and_load(&mut hosts[1]);
        close(&mut hosts, 0, &screens[0]);
        assert_eq!(screens[1].children().len(), 1, "the other editor stays");
        open(&mut hosts, 0, &screens[0]);
        resize(&mut hosts, 1, &screens[1], (10, round));
        close(&mut hosts, 1, &screens[1]);
        save_and_load(&mut hosts[0]);
        close(&mut hosts, 0, &screens[0]);
    }
    players.stop();
}

fn ends_open(format: &str) {
    let screen = Screen::at((0, 0), (1000, 700));
    let mut hosts = [instance(format)];
    let players = Players::start(&mut hosts, true);
    open(&mut hosts, 0, &screen);
    turn_for(&mut hosts, Duration::from_millis(200));
    players.stop();
    let [host] = hosts;
    drop(host);
    let start = Instant::now();
    while !screen.children().is_empty() {
        assert!(start.elapsed() < Duration::from_secs(10), "the window outlives its plugin");
        std::thread::sleep(Duration::from_millis(5));
    }
}

fn same_picture() {
    let screens = [Screen::at((0, 0), (1000, 700)), Screen::at((1100, 0), (1000, 700))];
    let mut hosts = [instance("CLAP"), instance("VST3")];
    for (which, screen) in screens.iter().enumerate() {
        open(&mut hosts, which, screen);
    }
    let shown = |which: usize| screens[which].pixels(screens[which].children()[0]);
    until(&mut hosts, "both editors show the same", || {
        let picture = shown(0);
        // the first pixel is the background; something must be drawn on it
        picture.chunks(4).any(|pixel| pixel != &picture[..4]) && picture == shown(1)
    });
    let before = shown(0);
    for host in &mut hosts {
        let moved: Vec<_> = players::continuous(&mut **host).into_iter().map(|id| (id, 0.83)).collect();
        host.set(&moved).unwrap();
    }
    until(&mut hosts, "both editors show what the hosts have set", || {
        shown(0) != before && shown(0) == shown(1)
    });
    for (which, screen) in screens.iter().enumerate() {
        close(&mut hosts, which, screen);
    }
}

/// Opens and closes an editor so many times while audio runs. What it allocated is freed, and the process's memory stays
/// where it was.
fn openings(format: &str, count: u64) {
    process::count_exactly();
    let screen = Screen::at((0, 0), (1000, 700));
    let mut hosts = [instance(format)];
    let players = Players::start(&mut hosts, true);
    let mut again = |times| {
        for _ in 0..times {
            open(&mut hosts, 0, &screen);
            turn_for(&mut hosts, Duration::from_millis(30));
            close(&mut hosts, 0, &screen);
        }
    };
    // caches fill up first
    again(10);
    let (allocated, resident) = (process::allocated(), process::resident());
    again(count);
    let each = |now: u64, before: u64| now.saturating_sub(before) / count;
    let (allocated, resident) = (each(process::allocated(), allocated), each(process::resident(), resident));
    #[expect(clippy::print_stdout, reason = "the figures are of interest")]
    {
        println!("{format}, {count} openings: each leaves {allocated} bytes allocated, {resident} resident");
    }
    // a window's keymap alone is 54 000; the heap takes a while to find its size
    assert!(allocated < 5_000 && (resident < 2_000 || count < 1_000));
    players.stop();
}

/// What the threads of open editors take of a core, in percent, over eight seconds.
fn share(hosts: &mut [Box<dyn Editor>]) -> f64 {
    turn_for(hosts, Duration::from_secs(2));
    let (start, before) = (Instant::now(), process::editors_time());
    turn_for(hosts, Duration::from_secs(8));
    process::editors_time().saturating_sub(before).as_secs_f64() / start.elapsed().as_secs_f64() * 100.0
}

/// The processor's share that an open editor takes, in silence and while audio moves its meters. On a machine at rest.
fn cost(format: &str) {
    let screen = Screen::at((0, 0), (1000, 700));
    let mut hosts = [instance(format)];
    open(&mut hosts, 0, &screen);
    let idle = share(&mut hosts);
    let players = Players::start(&mut hosts, false);
    let playing = share(&mut hosts);
    #[expect(clippy::print_stdout, reason = "the figures are of interest")]
    {
        println!("{format}: an open editor takes {idle:.2} % of a core, {playing:.2} % while audio runs");
    }
    assert!(idle <= 1.0 && playing <= 6.0);
    players.stop();
    close(&mut hosts, 0, &screen);
}
