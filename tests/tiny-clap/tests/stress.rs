//! Ten thousand calls in random order on three instances.

use garnish_host::vst3::{Module, Offer, Stream, Vst3Host};
use garnish_host::{Change, Host};
use vst3::ComWrapper;
use vst3::Steinberg::Vst::SpeakerArr::{kMono, kStereo};
use vst3::Steinberg::Vst::{
    IAudioProcessorTrait, IComponentHandler, IComponentTrait, IEditControllerTrait, ProcessSetup,
};
use vst3::Steinberg::{IBStream, IPlugView, IPlugViewTrait, IPluginBaseTrait, kResultOk};

use crate::block::{Block, Odd};
use crate::support::{Rng, alone, library, module, noise, offered};

const STEPS: usize = 10_000;

/// One instance, and what the host knows of it.
struct Seat {
    host: Vst3Host,
    active: bool,
    view: Option<vst3::ComPtr<IPlugView>>,
    ids: Vec<u32>,
}

impl Seat {
    fn new(mut host: Vst3Host) -> Self {
        let ids = host.params().iter().map(|param| param.id).collect();
        Self { host, active: false, view: None, ids }
    }

    /// A parameter's id, or none's.
    fn id(&self, rng: &mut Rng) -> u32 {
        let any = rng.below(100) as u32;
        *self.ids.get(rng.below(self.ids.len() as u64 + 2) as usize).unwrap_or(&any)
    }
}

fn offer(rng: &mut Rng) -> Offer {
    Offer { no_handler: rng.below(4) == 0, run_loop_in_context: rng.below(2) == 0 }
}

fn chance(rng: &mut Rng) -> bool {
    rng.below(8) == 0
}

fn odd(rng: &mut Rng) -> Odd {
    Odd {
        no_inputs: chance(rng),
        no_outputs: chance(rng),
        null_input_channels: chance(rng),
        null_output_channels: chance(rng),
        mono: chance(rng),
        no_changes: chance(rng),
        no_outgoing: chance(rng),
        in_place: chance(rng),
        double: rng.below(40) == 0,
        negative: rng.below(40) == 0,
    }
}

fn value(rng: &mut Rng) -> f64 {
    match rng.below(12) {
        0 => f64::NAN,
        1 => f64::INFINITY,
        2 => -1e30,
        _ => rng.unit(),
    }
}

fn block(seat: &Seat, rng: &mut Rng) {
    let frames = rng.below(200) as usize;
    let point = |rng: &mut Rng| Change {
        frame: rng.below(2 * frames as u64 + 1) as usize,
        id: seat.id(rng),
        value: value(rng),
    };
    let changes: Vec<_> = (0..rng.below(20)).map(|_| point(rng)).collect();
    let odd = odd(rng);
    let mut block = Block::new(noise(frames), &changes);
    let result = block.run(seat.host.processor(), odd);
    if !seat.active {
        assert_ne!(result, kResultOk);
    }
    let silent = odd.no_outputs || odd.in_place || odd.double || odd.negative;
    if !silent {
        assert!(block.output[0].iter().all(|sample| sample.is_finite()), "{odd:?} {result}");
    }
}

fn state(seat: &mut Seat, rng: &mut Rng) {
    let mut bytes = seat.host.save().unwrap();
    match rng.below(4) {
        0 => bytes.truncate(rng.below(bytes.len() as u64 + 1) as usize),
        1 => {
            let at = rng.below(bytes.len() as u64) as usize;
            bytes[at] ^= rng.next() as u8;
        }
        2 => bytes = (0..rng.below(300)).map(|_| rng.next() as u8).collect(),
        _ => {}
    }
    let stream = ComWrapper::new(Stream::new(bytes)).to_com_ptr::<IBStream>().unwrap();
    // SAFETY: VST3 ivstcomponent.h, setState: a living stream.
    unsafe { seat.host.component().setState(stream.as_ptr()) };
}

fn arrange(seat: &Seat, rng: &mut Rng) {
    let mut pick = || [kMono, kStereo, 0, 0x3f][rng.below(4) as usize];
    let (mut input, mut output) = (pick(), pick());
    // SAFETY: VST3 ivstaudioprocessor.h, setBusArrangements: one arrangement each.
    unsafe { seat.host.processor().setBusArrangements(&raw mut input, 1, &raw mut output, 1) };
}

fn view(seat: &mut Seat, rng: &mut Rng) {
    if rng.below(3) == 0 {
        seat.view = None;
        return;
    }
    // SAFETY: VST3 ivsteditcontroller.h, createView: the caller owns the view; no window is offered to it.
    unsafe {
        let made = seat.host.controller().createView(c"editor".as_ptr());
        let made = vst3::ComPtr::from_raw(made);
        let Some(view) = made.or_else(|| seat.view.clone()) else { return };
        view.canResize();
        view.attached(std::ptr::null_mut(), c"X11EmbedWindowID".as_ptr());
        view.attached(std::ptr::null_mut(), c"HWND".as_ptr());
        view.setFrame(std::ptr::null_mut());
        view.onSize(std::ptr::null_mut());
        view.getSize(std::ptr::null_mut());
        if rng.below(2) == 0 {
            view.removed();
        }
        seat.view = Some(view);
    }
}

fn step(seat: &mut Seat, rng: &mut Rng, make: &impl Fn(&mut Rng) -> Vst3Host) {
    let (component, processor, controller) =
        (seat.host.component(), seat.host.processor(), seat.host.controller());
    let on = u8::from(rng.below(2) == 0);
    // SAFETY: VST3: valid pointers or null in any order, which is what is tested.
    unsafe {
        match rng.below(17) {
            0..=4 => block(seat, rng),
            5 => {
                let ok = component.setActive(on) == kResultOk;
                seat.active = if ok { on != 0 } else { seat.active };
            }
            6 => {
                processor.setProcessing(on);
            }
            7 => {
                let frames = [0, 1, 64, 150, 4096, -5][rng.below(6) as usize];
                let rate = [0.0, 44_100.0, 192_000.0, f64::NAN][rng.below(4) as usize];
                let (mode, size) = (rng.below(4) as i32, i32::from(rng.below(8) == 0));
                let mut setup = ProcessSetup {
                    processMode: mode,
                    symbolicSampleSize: size,
                    maxSamplesPerBlock: frames,
                    sampleRate: rate,
                };
                processor.setupProcessing(&raw mut setup);
            }
            8 => {
                controller.setParamNormalized(seat.id(rng), value(rng));
            }
            9 => state(seat, rng),
            10 => {
                processor.getLatencySamples();
                processor.getTailSamples();
                seat.host.params();
                seat.host.text(seat.id(rng), value(rng));
                seat.host.parse(seat.id(rng), "12");
            }
            11 => arrange(seat, rng),
            12 => {
                let handler = seat.host.handler_pointer().filter(|_| on != 0);
                controller.setComponentHandler(
                    handler.map_or(std::ptr::null_mut::<IComponentHandler>(), |h| h.as_ptr()),
                );
            }
            13 => {
                component.terminate();
                seat.active = false;
                component.initialize(std::ptr::null_mut());
            }
            14 => view(seat, rng),
            15 => seat.host.run_loop().turn_all(),
            _ => {
                if rng.below(10) == 0 {
                    // A view that outlives its plugin, half of the time.
                    let view = seat.view.take().filter(|_| on != 0);
                    *seat = Seat::new(make(rng));
                    drop(view);
                }
            }
        }
    }
}

/// A seat that a thread other than its own works on, while that one waits.
struct Lent<'a>(&'a mut Seat, &'a mut Rng);

// SAFETY: one thread at a time uses the seat: the other waits for its end.
unsafe impl Send for Lent<'_> {}

/// As [`step`], now and then on a thread of its own.
fn step_anywhere(seat: &mut Seat, rng: &mut Rng, make: &(impl Fn(&mut Rng) -> Vst3Host + Sync)) {
    if rng.below(2) == 0 {
        return step(seat, rng, make);
    }
    let lent = Lent(seat, rng);
    std::thread::scope(|scope| {
        scope.spawn(move || {
            let Lent(seat, rng) = { lent };
            step(seat, rng, make);
        });
    });
}

fn run(seed: u64, make: impl Fn(&mut Rng) -> Vst3Host + Sync) {
    run_with(seed, make, false);
}

/// Many calls in random order; `anywhere` makes half of them on other threads.
fn run_with(seed: u64, make: impl Fn(&mut Rng) -> Vst3Host + Sync, anywhere: bool) {
    let mut rng = Rng(seed);
    let mut seats: Vec<_> = (0..3).map(|_| Seat::new(make(&mut rng))).collect();
    for number in 0..STEPS {
        let at = rng.below(3) as usize;
        // Seen when a test fails: the seed and the step are all it takes to come back.
        #[expect(clippy::print_stdout, reason = "captured unless the test fails")]
        if number % 1000 == 0 {
            println!("seed {seed}, step {number}");
        }
        if anywhere && number % 4 == 0 {
            step_anywhere(&mut seats[at], &mut rng, &make);
        } else {
            step(&mut seats[at], &mut rng, &make);
        }
    }
}

#[test]
fn any_order_of_calls_is_survived() {
    let _alone = alone();
    run(1, |rng| Vst3Host::new(module(), offer(rng)).unwrap());
}

#[test]
fn any_order_of_calls_on_any_thread_is_survived() {
    let _alone = alone();
    run_with(4, |rng| Vst3Host::new(module(), offer(rng)).unwrap(), true);
}

#[test]
fn any_order_of_calls_is_survived_by_the_library() {
    // Views may outlive their plugin, but not the library.
    let _loaded = Module::load(&library()).unwrap();
    run(2, |rng| Vst3Host::new(Module::load(&library()).unwrap(), offer(rng)).unwrap());
}

#[test]
#[ignore = "by hand: VST3_UNDER_TEST=<bundle or library> cargo test -p tiny-clap another_plugin -- --ignored"]
fn any_order_of_calls_is_survived_by_another_plugin() {
    let Some(path) = std::env::var_os("VST3_UNDER_TEST").map(std::path::PathBuf::from) else {
        eprintln!("SKIPPED: VST3_UNDER_TEST names no plugin");
        return;
    };
    let _loaded = Module::load(&path).unwrap();
    run(3, |rng| Vst3Host::new(Module::load(&path).unwrap(), offer(rng)).unwrap());
    run_with(5, |rng| Vst3Host::new(Module::load(&path).unwrap(), offer(rng)).unwrap(), true);
}

#[test]
fn many_instances_come_and_go() {
    let _alone = alone();
    for _ in 0..20 {
        let mut hosts: Vec<_> = (0..3).map(|_| offered(Offer::default())).collect();
        for host in &mut hosts {
            host.activate(48_000.0, 64, false).unwrap();
        }
        for host in &mut hosts {
            host.process(&mut noise(64), &[]).unwrap();
        }
        hosts.swap_remove(0);
    }
}
