//! The parameters: one of every kind.

use std::sync::atomic::{AtomicU64, Ordering};

use clap_sys::ext::params::{
    CLAP_PARAM_IS_AUTOMATABLE, CLAP_PARAM_IS_BYPASS, CLAP_PARAM_IS_READONLY, CLAP_PARAM_IS_STEPPED,
};

/// Parameter ids, as CLAP has them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub enum Id {
    /// -60 to 12 dB, ramped.
    Gain = 1,
    /// The host's bypass.
    Bypass = 2,
    /// Three words.
    Mode = 3,
    /// Hz or kHz; does nothing.
    Frequency = 4,
    /// Four latencies; takes effect at activation.
    Latency = 5,
    /// Read-only: whether the render mode at activation was offline.
    Offline = 6,
    /// Read-only: the transport's tempo.
    Tempo = 7,
    /// An id beyond VST3's range; does nothing.
    High = 0x8000_0008,
}

/// How many there are.
pub(crate) const COUNT: usize = 8;

pub(crate) struct Param {
    pub(crate) id: Id,
    pub(crate) name: &'static str,
    pub(crate) module: &'static str,
    pub(crate) min: f64,
    pub(crate) max: f64,
    pub(crate) default: f64,
    pub(crate) flags: u32,
}

const AUTO: u32 = CLAP_PARAM_IS_AUTOMATABLE;
const STEP: u32 = CLAP_PARAM_IS_STEPPED;

const fn param(id: Id, name: &'static str, module: &'static str, range: [f64; 3], flags: u32) -> Param {
    Param { id, name, module, min: range[0], max: range[1], default: range[2], flags }
}

pub(crate) const PARAMS: [Param; COUNT] = [
    param(Id::Gain, "Gain", "", [-60.0, 12.0, 0.0], AUTO),
    param(Id::Bypass, "Bypass", "", [0.0, 1.0, 0.0], AUTO | STEP | CLAP_PARAM_IS_BYPASS),
    param(Id::Mode, "Mode", "colour", [0.0, 2.0, 1.0], AUTO | STEP),
    param(Id::Frequency, "Frequency", "colour/tone", [20.0, 20_000.0, 1000.0], AUTO),
    param(Id::Latency, "Latency", "advanced", [0.0, 3.0, 0.0], STEP),
    param(Id::Offline, "Offline", "advanced", [0.0, 1.0, 0.0], STEP | CLAP_PARAM_IS_READONLY),
    param(Id::Tempo, "Tempo", "advanced", [0.0, 1000.0, 0.0], CLAP_PARAM_IS_READONLY),
    param(Id::High, "High", "advanced", [0.0, 1.0, 0.25], AUTO),
];

const MODES: [&str; 3] = ["Soft", "Medium", "Hard"];

/// The latencies of [`Id::Latency`], in frames.
pub(crate) const LATENCIES: [usize; 4] = [0, 64, 256, 1024];

/// The values in force, plain.
pub(crate) struct Values([AtomicU64; COUNT]);

impl Values {
    pub(crate) fn new() -> Self {
        Self(PARAMS.each_ref().map(|param| AtomicU64::new(param.default.to_bits())))
    }

    pub(crate) fn get(&self, id: Id) -> f64 {
        index(id as u32).map_or(0.0, |i| f64::from_bits(self.0[i].load(Ordering::Relaxed)))
    }

    /// Sets a value, clamped; `false` for an unknown id or a value that is no number.
    pub(crate) fn set(&self, id: u32, plain: f64) -> bool {
        let Some(i) = index(id).filter(|_| !plain.is_nan()) else { return false };
        let plain = plain.clamp(PARAMS[i].min, PARAMS[i].max);
        let plain = if PARAMS[i].flags & STEP == 0 { plain } else { plain.round() };
        self.0[i].store(plain.to_bits(), Ordering::Relaxed);
        true
    }
}

pub(crate) fn index(id: u32) -> Option<usize> {
    PARAMS.iter().position(|param| param.id as u32 == id)
}

pub(crate) fn to_text(id: u32, plain: f64) -> Option<String> {
    let param = &PARAMS[index(id)?];
    Some(match param.id {
        Id::Gain => format!("{plain:.2} dB"),
        Id::Bypass | Id::Offline => if plain < 0.5 { "Off" } else { "On" }.to_owned(),
        Id::Mode => (*MODES.get(plain as usize)?).to_owned(),
        Id::Frequency if plain < 1000.0 => format!("{plain:.1} Hz"),
        Id::Frequency => format!("{:.3} kHz", plain / 1000.0),
        Id::Latency => format!("{} samples", LATENCIES.get(plain as usize)?),
        Id::Tempo => format!("{plain:.1} BPM"),
        Id::High => format!("{:.1} %", plain * 100.0),
    })
}

pub(crate) fn from_text(id: u32, text: &str) -> Option<f64> {
    let param = &PARAMS[index(id)?];
    let text = text.trim();
    let number = |unit: &str| text.strip_suffix(unit).unwrap_or(text).trim().parse::<f64>().ok();
    match param.id {
        Id::Gain => number("dB"),
        Id::Bypass | Id::Offline => ["Off", "On"].iter().position(|word| *word == text).map(|i| i as f64),
        Id::Mode => MODES.iter().position(|word| *word == text).map(|i| i as f64),
        Id::Frequency if text.ends_with("kHz") => number("kHz").map(|khz| khz * 1000.0),
        Id::Frequency => number("Hz"),
        Id::Latency => {
            // Only with its unit: the host's text without it must be completed.
            let frames = text.strip_suffix("samples")?.trim().parse::<usize>().ok()?;
            LATENCIES.iter().position(|latency| *latency == frames).map(|i| i as f64)
        }
        Id::Tempo => number("BPM"),
        Id::High => number("%").map(|percent| percent / 100.0),
    }
}
