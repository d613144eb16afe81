//! The torture set of a true-peak limiter: what puts peaks between samples, near Nyquist, out of silence.

use super::Random;
use std::f64::consts::TAU;

/// Every signal with its name, `frames` long, peaks of 1 (0 dBFS); bursts reach 4 (+12 dB). Silence at both ends.
pub fn torture(frames: usize, seed: u64) -> Vec<(&'static str, Vec<f64>)> {
    let body = frames - 600;
    let mut random = Random::new(seed);
    let mut set = vec![];
    for (name, period) in [("square 7", 7), ("square 13", 13), ("square 97", 97), ("square 1009", 1009)] {
        set.push((name, (0..body).map(|n| if 2 * (n % period) < period { 1.0 } else { -1.0 }).collect()));
    }
    set.push((
        "fs/4 at 45",
        (0..body).map(|n| (TAU * (n as f64 / 4.0 + 0.125)).sin() * 2f64.sqrt()).collect(),
    ));
    set.push((
        "fs/6 at 60",
        (0..body).map(|n| (TAU * (n as f64 / 6.0 + 1.0 / 6.0)).sin() * 1.154_7).collect(),
    ));
    for (name, period) in [("dirac 11", 11), ("dirac 331", 331), ("dirac 4001", 4001)] {
        set.push((name, (0..body).map(|n| f64::from(u8::from(n % period == 5))).collect()));
    }
    set.push(("clipped noise", (0..body).map(|_| (4.0 * random.signed()).clamp(-1.0, 1.0)).collect()));
    set.push(("random signs", (0..body).map(|_| random.signed().signum()).collect()));
    let mut bursts = vec![0.0; body];
    for start in (300..body).step_by(2_347) {
        for x in bursts.iter_mut().skip(start).take(60) {
            *x = 4.0 * random.signed();
        }
    }
    set.push(("bursts", bursts));
    let alternate = |n: usize| if n.is_multiple_of(2) { 1.0 } else { -1.0 };
    set.push((
        "alternating steps",
        (0..body).map(|n| if (n / 701).is_multiple_of(2) { alternate(n) } else { 0.0 }).collect(),
    ));
    set.push((
        "alternating flips",
        (0..body).map(|n| if (n / 397).is_multiple_of(2) { alternate(n) } else { -alternate(n) }).collect(),
    ));
    // the signs of a sinc: the highest peak between samples that samples of 1 can make
    set.push((
        "sinc signs",
        (0..body)
            .map(|n| {
                let (k, turn) = (n % 480, n / 480);
                let distance = k as f64 - 240.0 + 0.5 - turn as f64 * 0.07;
                (std::f64::consts::PI * distance).sin().signum() * distance.signum()
            })
            .collect(),
    ));
    set.push(("sine near Nyquist", (0..body).map(|n| (TAU * 0.4971 * n as f64).sin()).collect()));
    set.push((
        "gated sine near Nyquist",
        (0..body)
            .map(|n| {
                let on = (n / 523).is_multiple_of(3);
                f64::from(u8::from(on)) * (TAU * 0.47 * n as f64).sin()
            })
            .collect(),
    ));
    for (_, signal) in &mut set {
        let mut padded = vec![0.0; 300];
        padded.append(signal);
        padded.resize(frames, 0.0);
        *signal = padded;
    }
    set
}
