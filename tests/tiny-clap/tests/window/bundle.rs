//! The editor of the built bundle, by the same hands as the tiny plugin's.

use std::time::Duration;

use garnish_host::vst3::{Module, Offer, RunLoop, Vst3Host};
use garnish_host::{Change, Host, bundle};
use vst3::Steinberg::{IPlugViewTrait, kResultOk};

use crate::Case;
use crate::screen::{Screen, Shown, rect, size_of, until};

/// All cases of this file, run one after another.
pub const ALL: &[Case] = &[
    (
        "the_built_bundle_opens_and_closes_under_automation",
        the_built_bundle_opens_and_closes_under_automation,
    ),
    ("two_editors_of_the_built_bundle", two_editors_of_the_built_bundle),
];

/// An instance that runs audio; none where nothing is built, which in CI is a failure.
fn built() -> Option<Vst3Host> {
    let path = bundle::vst3();
    if !path.exists() {
        assert!(std::env::var_os("CI").is_none(), "no bundle: cargo xtask bundle garnish --release");
        println!("  NOT RUN: no bundle (cargo xtask bundle garnish --release)");
        return None;
    }
    let mut host = Vst3Host::new(Module::load(&path).unwrap(), Offer::default()).unwrap();
    host.activate(48_000.0, 256, false).unwrap();
    Some(host)
}

/// A block in which every continuous parameter moves, while the window lives on.
fn automate(host: &mut Vst3Host, run_loop: &RunLoop, value: f64) {
    let ids: Vec<_> =
        host.params().into_iter().filter(|param| param.steps.is_none()).map(|param| param.id).collect();
    let changes: Vec<_> = ids.into_iter().map(|id| Change { frame: 17, id, value }).collect();
    let mut block = [vec![0.1; 256], vec![0.1; 256]];
    host.process(&mut block, &changes).unwrap();
    assert!(block.iter().flatten().all(|x| x.is_finite()));
    run_loop.turn_for(Duration::from_millis(20));
}

fn the_built_bundle_opens_and_closes_under_automation() {
    let Some(mut host) = built() else { return };
    let screen = Screen::new();
    let run_loop = RunLoop::default();
    for round in 0..5 {
        let shown = Shown::open_any(&host, screen.parent, Some(run_loop.clone()), false);
        assert!(until(&run_loop, || screen.children().len() == 1), "round {round}: no window");
        for step in 0..6 {
            automate(&mut host, &run_loop, f64::from((step * 7 + round) % 10) / 10.0);
        }
        let (width, height) = size_of(&shown.view);
        let mut wanted = rect(width + 80, height + 40);
        // SAFETY: VST3 iplugview.h, onSize: an attached view, on the UI thread.
        assert_eq!(unsafe { shown.view.onSize(&raw mut wanted) }, kResultOk, "round {round}");
        automate(&mut host, &run_loop, 0.5);
        shown.close();
        assert!(until(&run_loop, || screen.children().is_empty()), "round {round}: the window stays");
        assert_eq!(run_loop.registered(), (0, 0), "round {round}: handlers are left");
    }
}

fn two_editors_of_the_built_bundle() {
    let (Some(mut a), Some(b)) = (built(), built()) else { return };
    let screens = [Screen::new(), Screen::new()];
    let run_loop = RunLoop::default();
    let first = Shown::open_any(&a, screens[0].parent, Some(run_loop.clone()), false);
    let second = Shown::open_any(&b, screens[1].parent, Some(run_loop.clone()), false);
    automate(&mut a, &run_loop, 0.7);
    assert!(until(&run_loop, || screens.iter().all(|screen| screen.children().len() == 1)));
    first.close();
    automate(&mut a, &run_loop, 0.2);
    assert_eq!(screens[1].children().len(), 1);
    second.close();
    assert!(until(&run_loop, || screens.iter().all(|screen| screen.children().is_empty())));
    assert_eq!(run_loop.registered(), (0, 0));
}
