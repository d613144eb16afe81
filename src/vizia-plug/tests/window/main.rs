//! The real window, under an X server of the test's own (Debian package `xvfb`).
//!
//! The editor runs in a process of its own, as in a host: this test starts its own executable again with the name of
//! the ignored test `a_host_process`, which does nothing otherwise, tells it on standard input what a host would do, and works the mouse and the
//! keyboard through the server.

mod host;
mod server;

use std::time::{Duration, Instant};

use server::{CONTROL, Host, Server};

/// The server, or the end of the test when there is none: with a plain message on a developer's machine, as a failure
/// where `CI` is set.
fn server() -> Option<Server> {
    match Server::start() {
        Ok(server) => Some(server),
        Err(missing) => {
            assert!(std::env::var_os("CI").is_none(), "{missing}");
            eprintln!("SKIPPED: {missing}");
            None
        }
    }
}

/// Asks until the answer is right, at most ten seconds.
fn wait_for(what: &str, mut right: impl FnMut() -> bool) {
    let start = Instant::now();
    while !right() {
        assert!(start.elapsed() < Duration::from_secs(10), "waited in vain: {what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// Waits until the screen shows what a headless editor of the same size and state draws: at most one pixel in a thousand
/// differs by more than 2 of 255.
fn shows_the_headless_picture(server: &Server, host: &mut Host) {
    let picture = host.headless();
    wait_for("the window shows what the headless editor draws", || {
        let shown = server.picture(picture.width, picture.height);
        shown.difference(&picture, 2).is_some_and(|difference| difference.share <= 0.001)
    });
}

#[test]
#[ignore = "no test of its own: the other tests start it in a process of its own"]
fn a_host_process() {
    if std::env::var_os(server::HOST).is_some() {
        host::run();
    }
}

#[test]
fn mouse_and_keyboard_reach_the_parameters_and_the_picture_is_the_headless_one() {
    let Some(server) = server() else { return };
    let mut host = Host::start(&server);
    host.tell("open 0");
    let on = |host: &mut Host| host.ask("value on");
    // The switch of the gallery's second row.
    let (x, y) = host.place("Switch", "Active");
    server.click(x, y);
    wait_for("the switch is off", || on(&mut host) == "0");
    // The numeric field at its end: drag up, then type.
    let (x, y) = host.place("SpinButton", "Gain");
    server.drag((x, y), (x, y - 60));
    wait_for("the drag has moved the gain", || host.ask("value gain") != "0.5");
    server.click(x, y);
    wait_for("the field is open", || host.ask("popup") == "true");
    server.type_text("3.5\n");
    wait_for("the value typed is taken", || host.ask("text gain") == "3.5 dB");
    wait_for("the field is closed", || host.ask("popup") == "false");
    // ctrl+A takes the whole value, though the caret was at its end
    server.click(x, y);
    wait_for("the field is open again", || host.ask("popup") == "true");
    server.key("End");
    server.chord(CONTROL, "a");
    server.type_text("2\n");
    wait_for("the value typed replaces all", || host.ask("text gain") == "2.0 dB");
    assert_eq!(host.ask("faults"), "0");
    // Automation from the host shows in the window.
    server.point(3, 3);
    host.tell("automate q 0.9");
    shows_the_headless_picture(&server, &mut host);
    host.tell("quit");
    assert!(host.ended_well());
}

#[test]
fn host_and_user_resize_and_the_scale_follows() {
    let Some(server) = server() else { return };
    let mut host = Host::start(&server);
    host.tell("open 0");
    assert_eq!(host.ask("size"), "800 420");
    host.tell("resize 900 500");
    wait_for("the host's size is taken", || host.ask("size") == "900 500");
    server.point(3, 3);
    shows_the_headless_picture(&server, &mut host);
    wait_for("the grip has asked the host for more", || {
        // a moment passes before the grip is in the new corner: a hand that missed it pulls again
        server.drag((893, 493), (953, 533));
        host.ask("parent") == "960 540"
    });
    host.tell("scale 2");
    wait_for("the editor is twice as large", || host.ask("size") == "1920 1080");
    host.tell("resize 1920 1080");
    server.point(3, 3);
    shows_the_headless_picture(&server, &mut host);
    host.tell("quit");
    assert!(host.ended_well());
}

#[test]
fn two_editors_open_and_close_under_automation() {
    let Some(server) = server() else { return };
    let mut host = Host::start(&server);
    host.tell("automation on");
    for _ in 0..5 {
        host.tell("open 0");
        host.tell("open 1");
        host.tell("close 0");
        host.tell("open 0");
        host.tell("close 1");
        host.tell("close 0");
    }
    // What leaks grows each time; what only fills up, like heaps and caches, is full after some.
    let mut growth = || {
        let memory = |host: &mut Host| host.ask("memory").parse::<u64>().expect("kB");
        let before = memory(&mut host);
        for _ in 0..10 {
            host.tell("open 0");
            host.tell("open 1");
            host.tell("close 0");
            host.tell("close 1");
        }
        memory(&mut host).saturating_sub(before) / 20
    };
    assert!((0..4).any(|_| growth() < 10), "every time 20 windows took 10 kB each, or more, for good");
    assert_eq!(host.ask("threads"), "2", "the main thread and the automation");
    host.tell("open 0");
    host.tell("quit");
    assert!(host.ended_well(), "quitting with an editor open");
}

#[test]
fn keys_not_ours_leave_the_editor_alone() {
    let Some(server) = server() else { return };
    let mut host = Host::start(&server);
    host.tell("open 0");
    let (x, y) = host.place("Slider", "Gain");
    server.click(x, y);
    server.type_text(" abc");
    server.key("Up");
    host.ask("value gain");
    std::thread::sleep(Duration::from_millis(200));
    assert_eq!(host.ask("value gain"), "0.5", "the focus got by a click takes no keys");
    wait_for("the host has got them all", || host.ask("keys") == "5");
    server.key("Tab");
    server.key("Up");
    wait_for("with the ring, the arrow moves a value", || host.ask("changes") != "0");
    server.key(" ");
    wait_for("the space bar is the host's even then", || host.ask("keys") == "6");
    host.tell("quit");
    assert!(host.ended_well());
}
