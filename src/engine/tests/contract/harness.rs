//! The promises of `Stage`, one function each.

use assert_no_alloc::assert_no_alloc;
use garnish_engine::bypassed::{self, Bypassed};
use garnish_engine::{Block, Spec, Stage};

use crate::support::{Random, music};

const LONGEST: usize = 4096;
const RATES_HZ: [f64; 7] = [8_000.0, 22_050.0, 44_100.0, 48_000.0, 96_000.0, 192_000.0, 384_000.0];

/// A stage under test.
pub struct Subject<S: Stage> {
    /// Makes it.
    pub make: fn() -> S,
    /// Settings at which the stage passes an impulse with its peak in place.
    pub neutral: S::Settings,
    /// Settings at which it works, as different from each other as can be. The first and the last must sound different.
    pub active: Vec<S::Settings>,
    /// How far the sound may depend on the frame that processing begins at.
    pub shift: Shift,
    /// Greatest difference that samples of 3e38 leave in the output two seconds later, in dB below it. Minus infinity: none.
    pub after_huge_db: f64,
}

/// How near two outputs come to each other when one of them began earlier, in silence.
#[derive(Clone, Copy, Debug)]
pub enum Shift {
    /// The same bits.
    Exact,
    /// The difference, from one second on, in dB below the output.
    Decibels(f64),
}

type Stereo = [Vec<f64>; 2];

/// Holds a subject to all of them.
pub fn check<S: Stage>(subject: &Subject<S>) {
    reset_equals_freshly_prepared(subject);
    nothing_survives_reset(subject);
    let every = subject.active.iter().chain([&subject.neutral]);
    every.for_each(|settings| the_start_makes_no_difference(subject, settings));
    blocks_make_no_difference(subject);
    latency_is_the_impulse_peak(subject);
    latency_waits_for_prepare(subject);
    silence_gives_silence(subject);
    off_is_a_pure_delay(subject);
    what_is_no_number_is_silence(subject);
    huge_input_is_forgotten(subject);
    nothing_allocates(subject);
    any_rate_works(subject);
}

fn prepared<S: Stage>(subject: &Subject<S>, settings: &S::Settings, rate_hz: f64) -> S {
    let mut stage = (subject.make)();
    stage.set(settings);
    stage.prepare(&Spec { sample_rate_hz: rate_hz, max_frames: LONGEST });
    stage
}

/// Processes in blocks of `frames`, cut at each change: `(frame, settings)`, in order.
fn run<S: Stage>(stage: &mut S, audio: &Stereo, frames: usize, changes: &[(usize, S::Settings)]) -> Stereo {
    let [mut left, mut right] = audio.clone();
    let mut at = 0;
    let mut changes = changes.iter().peekable();
    while at < left.len() {
        while let Some((_, settings)) = changes.next_if(|(frame, _)| *frame <= at) {
            stage.set(settings);
        }
        let next_change = changes.peek().map_or(usize::MAX, |(frame, _)| *frame);
        let end = (at + frames).min(left.len()).min(next_change);
        stage.process(&mut Block::new(&mut left[at..end], &mut right[at..end]));
        at = end;
    }
    [left, right]
}

fn reset_equals_freshly_prepared<S: Stage>(subject: &Subject<S>) {
    let audio = music(30_000, 48_000.0, 1);
    for settings in &subject.active {
        let mut fresh = prepared(subject, settings, 48_000.0);
        let mut used = prepared(subject, &subject.neutral, 48_000.0);
        used.prepare(&Spec { sample_rate_hz: 48_000.0, max_frames: LONGEST });
        used.set(settings);
        // what bears on latency is taken over by prepare only
        used.prepare(&Spec { sample_rate_hz: 48_000.0, max_frames: LONGEST });
        run(&mut used, &music(25_001, 48_000.0, 2), 333, &[]);
        used.reset();
        assert!(
            run(&mut fresh, &audio, 64, &[]) == run(&mut used, &audio, 64, &[]),
            "reset left something behind"
        );
    }
}

/// Walks from one setting to another, resets or prepares, and on to a third, beside a stage that has seen the last two only. So what a
/// setting leaves behind in a part that the next one does not use is found, too.
fn nothing_survives_reset<S: Stage>(subject: &Subject<S>) {
    let spec = Spec { sample_rate_hz: 48_000.0, max_frames: LONGEST };
    let [before, after] = [20, 21].map(|seed| music(6_000, 48_000.0, seed));
    let Subject { active, neutral, .. } = subject;
    let pairs = active.iter().flat_map(|from| active.iter().map(move |to| (from, to)));
    for (from, via, to) in pairs.flat_map(|(from, to)| [(from, neutral, to), (from, to, from)]) {
        for prepare_again in [false, true] {
            let mut used = prepared(subject, from, 48_000.0);
            run(&mut used, &before, 100, &[(3_000, *via)]);
            // what bears on latency is taken over by prepare only
            let mut fresh = prepared(subject, if prepare_again { via } else { from }, 48_000.0);
            if prepare_again {
                used.prepare(&spec);
            } else {
                fresh.set(via);
                used.reset();
            }
            let [fresh, used] = [&mut fresh, &mut used].map(|stage| run(stage, &after, 100, &[(1_500, *to)]));
            let first = fresh[0].iter().zip(&used[0]).position(|(a, b)| a != b);
            assert!(
                fresh == used,
                "prepared again: {prepare_again}; differs from {first:?}, {:#?}",
                (from, via, to)
            );
        }
    }
}

/// Silence in front moves the sound, and changes nothing.
pub fn the_start_makes_no_difference<S: Stage>(subject: &Subject<S>, settings: &S::Settings) {
    let audio = music(72_000, 48_000.0, 22);
    let expected = run(&mut prepared(subject, settings, 48_000.0), &audio, 100, &[]);
    for frames in [1, 20, 39, 64, 1_000] {
        let later = audio.clone().map(|channel| [vec![0.0; frames], channel].concat());
        let output = run(&mut prepared(subject, settings, 48_000.0), &later, 100, &[])
            .map(|channel| channel[frames..].to_vec());
        let difference_db = difference_db(&expected, &output, 48_000);
        let same = match subject.shift {
            Shift::Exact => output == expected,
            Shift::Decibels(limit_db) => difference_db <= limit_db,
        };
        let first = expected[0].iter().zip(&output[0]).position(|(a, b)| a != b);
        assert!(
            same,
            "{frames} frames of silence change the sound, first at {first:?}, after a second by {difference_db:.1} dB: {settings:#?}"
        );
    }
}

/// Power of the difference from a frame on, in dB below what was expected.
fn difference_db(expected: &Stereo, output: &Stereo, from: usize) -> f64 {
    let pairs =
        || expected.iter().zip(output).flat_map(|(a, b)| a.iter().skip(from).zip(b.iter().skip(from)));
    let difference: f64 = pairs().map(|(a, b)| (a - b).powi(2)).sum();
    let level: f64 = pairs().map(|(a, _)| a.powi(2)).sum();
    10.0 * (difference / level).log10()
}

fn blocks_make_no_difference<S: Stage>(subject: &Subject<S>) {
    let audio = music(60_000, 48_000.0, 3);
    let changes: Vec<_> =
        subject.active.iter().enumerate().map(|(n, settings)| (5_000 + n * 4_321, *settings)).collect();
    let outputs = [1, 7, 64, 480, LONGEST]
        .map(|frames| run(&mut prepared(subject, &subject.active[0], 48_000.0), &audio, frames, &changes));
    for output in &outputs[1..] {
        let first = outputs[0][0].iter().zip(&output[0]).position(|(a, b)| a != b);
        assert!(*output == outputs[0], "the block size changed the sound, left first at {first:?}");
    }
    let last = subject.active.last().unwrap();
    let plain = run(&mut prepared(subject, &subject.active[0], 48_000.0), &audio, 64, &[]);
    assert!(
        subject.active.len() < 2 || plain != outputs[0] || subject.active[0] == *last,
        "changes were not heard"
    );
}

fn latency_is_the_impulse_peak<S: Stage>(subject: &Subject<S>) {
    for rate_hz in [44_100.0, 96_000.0] {
        let mut stage = prepared(subject, &subject.neutral, rate_hz);
        let latency = stage.latency();
        let mut impulse = vec![0.0; latency + 5_000];
        impulse[100] = 0.25;
        for channel in run(&mut stage, &[impulse.clone(), impulse], 64, &[]) {
            let peak =
                (0..channel.len()).max_by(|a, b| channel[*a].abs().total_cmp(&channel[*b].abs())).unwrap();
            assert_eq!(peak, 100 + latency, "reported latency {latency} at {rate_hz} Hz");
        }
    }
}

fn latency_waits_for_prepare<S: Stage>(subject: &Subject<S>) {
    let mut stage = prepared(subject, &subject.neutral, 48_000.0);
    let latency = stage.latency();
    for settings in &subject.active {
        stage.set(settings);
        run(&mut stage, &music(3_000, 48_000.0, 4), 64, &[]);
        assert_eq!(stage.latency(), latency, "latency moved while running");
    }
}

fn silence_gives_silence<S: Stage>(subject: &Subject<S>) {
    let silence = [vec![0.0; 20_000], vec![0.0; 20_000]];
    for settings in &subject.active {
        let mut stage = prepared(subject, settings, 48_000.0);
        assert!(run(&mut stage, &silence, 64, &[]) == silence, "noise out of silence");
    }
}

fn off_is_a_pure_delay<S: Stage>(subject: &Subject<S>) {
    let audio = music(60_000, 48_000.0, 5);
    for settings in &subject.active {
        let mut stage = Bypassed::new((subject.make)());
        let switch = |on| bypassed::Settings { on, stage: *settings };
        stage.set(&switch(true));
        stage.prepare(&Spec { sample_rate_hz: 48_000.0, max_frames: LONGEST });
        let latency = stage.latency();
        let output = run(&mut stage, &audio, 480, &[(10_000, switch(false)), (40_000, switch(true))]);
        let always_on = run(&mut prepared(subject, settings, 48_000.0), &audio, 480, &[]);
        for ((input, output), always_on) in audio.iter().zip(&output).zip(&always_on) {
            assert!(
                output[12_000..40_000] == input[12_000 - latency..40_000 - latency],
                "off is not the input"
            );
            let jump = |x: &[f64]| x.windows(2).map(|w| (w[1] - w[0]).abs()).fold(0.0, f64::max);
            let loudest = jump(input).max(jump(always_on));
            assert!(jump(output) <= 1.5 * loudest + 1e-9, "the switch clicks");
        }
    }
}

/// What no number is counts as silence, to the bit: the output is that of the same audio with zeros in its place.
fn what_is_no_number_is_silence<S: Stage>(subject: &Subject<S>) {
    let frames = [9_000, 9_031, 9_032, 15_000];
    let with = |values: [f64; 4]| {
        let mut audio = music(30_000, 48_000.0, 6);
        for (n, (frame, value)) in frames.into_iter().zip(values).enumerate() {
            audio[n % 2][frame] = value;
        }
        audio
    };
    for settings in &subject.active {
        let silenced = run(&mut switched_on(subject, settings), &with([0.0; 4]), 64, &[]);
        let no_numbers = [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, -f64::NAN];
        let healed = run(&mut switched_on(subject, settings), &with(no_numbers), 64, &[]);
        assert!(healed == silenced, "what is no number was heard: {settings:#?}");
        // a denormal number is as good as zero
        let denormal = run(&mut switched_on(subject, settings), &with([1e-310; 4]), 64, &[]);
        let difference_db = difference_db(&silenced, &denormal, 0);
        assert!(difference_db < -300.0, "1e-310 changed the sound by {difference_db} dB: {settings:#?}");
    }
}

/// The greatest numbers that a host can send, 32-bit floats, leave a finite output and are forgotten.
fn huge_input_is_forgotten<S: Stage>(subject: &Subject<S>) {
    let clean = music(120_000, 48_000.0, 6);
    let mut audio = clean.clone();
    audio[0][9_000] = 3e38;
    audio[1][9_031] = -3e38;
    for settings in &subject.active {
        let expected = run(&mut switched_on(subject, settings), &clean, 64, &[]);
        let output = run(&mut switched_on(subject, settings), &audio, 64, &[]);
        assert!(output.iter().flatten().all(|x| x.is_finite()), "a huge sample came through as no number");
        let difference_db = difference_db(&expected, &output, 100_000);
        assert!(
            difference_db <= subject.after_huge_db,
            "two seconds after 3e38 the sound is off by {difference_db:.1} dB: {settings:#?}"
        );
    }
}

fn switched_on<S: Stage>(subject: &Subject<S>, settings: &S::Settings) -> Bypassed<S> {
    let mut stage = Bypassed::new((subject.make)());
    stage.set(&bypassed::Settings { on: true, stage: *settings });
    stage.prepare(&Spec { sample_rate_hz: 48_000.0, max_frames: LONGEST });
    stage
}

fn nothing_allocates<S: Stage>(subject: &Subject<S>) {
    let mut random = Random::new(7);
    let [mut left, mut right] = music(48_000, 48_000.0, 8);
    let mut stage = prepared(subject, &subject.active[0], 48_000.0);
    assert_no_alloc(|| {
        for _second in 0..60 {
            let mut at = 0;
            while at < left.len() {
                let end = left.len().min(at + 1 + random.below(512));
                let settings = &subject.active[random.below(subject.active.len())];
                if random.below(8) == 0 {
                    stage.set(settings);
                }
                stage.process(&mut Block::new(&mut left[at..end], &mut right[at..end]));
                at = end;
            }
            let _ = stage.take_reading();
            // the output is the next input: bring it back to a healthy level
            let peak = left.iter().chain(&right).fold(1e-3_f64, |peak, x| peak.max(x.abs()));
            left.iter_mut().chain(&mut right).for_each(|x| *x *= 0.5 / peak);
        }
        stage.reset();
    });
}

fn any_rate_works<S: Stage>(subject: &Subject<S>) {
    for rate_hz in RATES_HZ {
        for settings in &subject.active {
            let mut stage = prepared(subject, settings, rate_hz);
            let audio = music(20_000 + stage.latency(), rate_hz, 9);
            let output = run(&mut stage, &audio, 64, &[]);
            let peak = output.iter().flatten().fold(0.0_f64, |peak, x| peak.max(x.abs()));
            assert!(peak > 1e-6 && peak < 1e3, "peak {peak} at {rate_hz} Hz");
        }
    }
}
