//! The ceiling holds while every parameter moves.

use crate::*;

fn random_settings(random: &mut Random, latency: LatencyMode, quality: Quality) -> Settings {
    let link_transients_percent = if random.below(2) == 0 { 100.0 } else { random.between(0.0, 100.0) };
    Settings {
        gain_db: random.between(0.0, 24.0),
        ceiling_db: random.between(-12.0, 0.0),
        margin_db: random.between(0.0, 1.0),
        release_ms: 2000f64.powf(random.between(0.0, 1.0)),
        auto_release: random.below(2) == 0,
        link_transients_percent,
        link_release_percent: random.between(0.0, 100.0),
        style: Style::ALL[random.below(Style::ALL.len())],
        lookahead_ms: random.between(0.5, 8.0),
        latency,
        quality,
        true_peak: true,
        ..Settings::default()
    }
}

/// The ceiling in force at each output sample, in dB and linear: the set one, moved by a straight line of 20 ms, delayed.
struct CeilingInForce {
    value: f64,
    target: f64,
    step: f64,
    left: u32,
    line: Vec<f64>,
}

impl CeilingInForce {
    fn new(ceiling_db: f64, latency: usize) -> Self {
        let value = 10f64.powf(ceiling_db / 20.0);
        Self { value, target: value, step: 0.0, left: 0, line: vec![value; latency] }
    }

    fn set(&mut self, ceiling_db: f64, rate_hz: f64) {
        self.target = 10f64.powf(ceiling_db / 20.0);
        self.left = (0.02 * rate_hz).round() as u32;
        self.step = (self.target - self.value) / f64::from(self.left);
    }

    fn advance(&mut self, frames: usize) {
        for _ in 0..frames {
            if self.left > 0 {
                self.left -= 1;
                self.value = if self.left == 0 { self.target } else { self.value + self.step };
            }
            self.line.push(self.value);
        }
    }
}

/// Random signals, blocks and automation of every parameter; greatest overshoot above the ceiling in force in dB.
fn automated_overshoot_db(judge: &Judge, seed: u64, frames: usize) -> f64 {
    let mut random = Random::new(seed);
    let rate_hz = [44_100.0, 48_000.0, 96_000.0, 192_000.0, 22_050.0][random.below(5)];
    let latency_mode = LatencyMode::ALL[random.below(3)];
    let quality = Quality::ALL[random.below(3)];
    let first = random_settings(&mut random, latency_mode, quality);
    let mut limiter = prepared(&first, rate_hz);
    let set = torture(frames, seed);
    let [mut left, mut right] = [0, 1].map(|_| {
        let mut signal = set[random.below(set.len())].1.clone();
        signal.resize(frames + limiter.latency() + 300, 0.0);
        signal
    });
    let mut in_force = CeilingInForce::new(first.ceiling_db - first.margin_db, limiter.latency());
    let mut at = 0;
    while at < left.len() {
        if at > 0 && random.below(4) == 0 {
            let next = random_settings(&mut random, latency_mode, quality);
            limiter.set(&next);
            in_force.set(next.ceiling_db - next.margin_db, rate_hz);
        }
        let end = (at + 1 + random.below(512)).min(left.len());
        limiter.process(&mut Block::new(&mut left[at..end], &mut right[at..end]));
        in_force.advance(end - at);
        at = end;
    }
    let ceiling = |n: usize| in_force.line[n.min(in_force.line.len() - 1)];
    20.0 * judge.worst(&left, ceiling).max(judge.worst(&right, ceiling)).log10()
}

#[test]
fn the_promise_holds_while_every_parameter_moves() {
    let judge = Judge::new();
    // 12, 77: a look-ahead that shrank faster than its gains left; 831: content above the band limit; 310: too short a look-ahead at low latency
    for (seed, frames) in (0..13).chain([77]).map(|seed| (seed, 8_000)).chain([(831, 12_000), (310, 12_000)])
    {
        let over = automated_overshoot_db(&judge, seed, frames);
        assert!(over <= OVERSHOOT_DB, "{over} dB with seed {seed}");
    }
}

#[test]
#[ignore = "long: a thousand random sessions"]
fn the_promise_holds_in_a_thousand_random_sessions() {
    let judge = Judge::new();
    let mut worst = f64::NEG_INFINITY;
    for seed in 0..1_000 {
        let over = automated_overshoot_db(&judge, seed, 12_000);
        println!("seed {seed}: {over:+.4} dB");
        assert!(over <= OVERSHOOT_DB, "{over} dB with seed {seed}");
        worst = worst.max(over);
    }
    println!("worst of all: {worst:+.4} dB");
}
