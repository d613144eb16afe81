//! The parameter table: CLAP parameters under VST3 ids, with VST3's normalised values.

use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use clap_sys::ext::params::{
    CLAP_PARAM_IS_AUTOMATABLE, CLAP_PARAM_IS_BYPASS, CLAP_PARAM_IS_ENUM, CLAP_PARAM_IS_HIDDEN,
    CLAP_PARAM_IS_PERIODIC, CLAP_PARAM_IS_READONLY, CLAP_PARAM_IS_STEPPED, clap_param_info,
};
use vst3::Steinberg::Vst::ParameterInfo_::ParameterFlags_ as Flags;

use crate::strings::from_array;

/// One parameter, as both formats know it.
pub(crate) struct Param {
    pub(crate) clap_id: u32,
    /// `clap_id` with bit 31 cleared (VST3 keeps ids from 2^31 for hosts); see [`ParamTable::new`].
    pub(crate) id: u32,
    /// CLAP's opaque shortcut, sent back with every event.
    pub(crate) cookie: usize,
    pub(crate) title: String,
    /// CLAP's module path, `a/b`.
    pub(crate) module: String,
    /// The unit common to all of the parameter's texts, empty where it varies.
    pub(crate) units: String,
    /// CLAP range, in CLAP's plain values.
    pub(crate) min: f64,
    pub(crate) max: f64,
    pub(crate) default: f64,
    /// VST3's step count: number of values less one, 0 when continuous.
    pub(crate) steps: i32,
    pub(crate) flags: u32,
    /// Whether a host should offer a menu of the values' texts.
    pub(crate) list: bool,
}

impl Param {
    fn new(info: &clap_param_info, id: u32) -> Self {
        let width = (info.max_value - info.min_value).round();
        let stepped = info.flags & CLAP_PARAM_IS_STEPPED != 0 && (1.0..=f64::from(i32::MAX)).contains(&width);
        Self {
            clap_id: info.id,
            id,
            cookie: info.cookie as usize,
            title: from_array(&info.name),
            module: from_array(&info.module),
            units: String::new(),
            min: info.min_value,
            max: info.max_value,
            default: info.default_value,
            steps: if stepped { width as i32 } else { 0 },
            flags: info.flags,
            list: false,
        }
    }

    /// CLAP's plain value of a normalised one; values outside 0..1 are clamped, NaN becomes the default.
    ///
    /// Continuous: `min + n (max - min)`. Stepped: VST3's `min(steps, floor(n (steps + 1)))` (VST3 SDK,
    /// "Parameters and Automation", conversion of discrete parameters), counted from `min`.
    pub(crate) fn plain(&self, normalised: f64) -> f64 {
        if normalised.is_nan() {
            return self.default;
        }
        let n = normalised.clamp(0.0, 1.0);
        if self.steps > 0 {
            let steps = f64::from(self.steps);
            self.min + (n * (steps + 1.0)).floor().min(steps)
        } else {
            self.min + n * (self.max - self.min)
        }
    }

    /// The normalised value of CLAP's plain one, within 0..1; NaN becomes 0.
    pub(crate) fn normalised(&self, plain: f64) -> f64 {
        let width = if self.steps > 0 { f64::from(self.steps) } else { self.max - self.min };
        let n = (plain - self.min) / width;
        if n.is_nan() { 0.0 } else { n.clamp(0.0, 1.0) }
    }

    pub(crate) fn is_read_only(&self) -> bool {
        self.flags & CLAP_PARAM_IS_READONLY != 0
    }

    pub(crate) fn is_automatable(&self) -> bool {
        self.flags & CLAP_PARAM_IS_AUTOMATABLE != 0
    }

    /// VST3's flags.
    pub(crate) fn vst_flags(&self) -> i32 {
        let has = |flag| self.flags & flag != 0;
        let mut flags = Flags::kNoFlags;
        if has(CLAP_PARAM_IS_AUTOMATABLE) && !has(CLAP_PARAM_IS_READONLY) {
            flags |= Flags::kCanAutomate;
        }
        for (clap, vst) in [
            (CLAP_PARAM_IS_READONLY, Flags::kIsReadOnly),
            (CLAP_PARAM_IS_PERIODIC, Flags::kIsWrapAround),
            (CLAP_PARAM_IS_HIDDEN, Flags::kIsHidden),
            (CLAP_PARAM_IS_BYPASS, Flags::kIsBypass),
        ] {
            if has(clap) {
                flags |= vst;
            }
        }
        if self.list {
            flags |= Flags::kIsList;
        }
        flags as i32
    }
}

/// All parameters of one plugin instance. The list is fixed; the values are atomics that any thread may read.
pub(crate) struct ParamTable {
    params: Vec<Param>,
    /// (VST3 id, index), sorted: the audio thread searches it without hashing or allocation.
    by_id: Vec<(u32, usize)>,
    by_clap_id: Vec<(u32, usize)>,
    values: Vec<AtomicU64>,
    gestures: Vec<AtomicBool>,
    /// Values that the host has set and the plugin has not seen, [`NONE`] where there are none.
    pending: Vec<AtomicU64>,
    any_pending: AtomicBool,
    /// One more than the frame count at each parameter's last automation point; 0 if there was none.
    automated: Vec<AtomicU64>,
}

/// No value: the bits of a NaN that no calculation yields.
const NONE: u64 = u64::MAX;

impl ParamTable {
    /// Takes over CLAP's parameter list, in its order.
    ///
    /// The VST3 id is the CLAP id with bit 31 cleared. Should that collide with an earlier parameter, the next free
    /// number is taken, in list order. `text` gives a value's text, for the units and lists.
    pub(crate) fn new(infos: &[clap_param_info], mut text: impl FnMut(u32, f64) -> Option<String>) -> Self {
        let mut taken = HashSet::new();
        let mut params = Vec::with_capacity(infos.len());
        for info in infos {
            let mut id = info.id & 0x7fff_ffff;
            while !taken.insert(id) {
                id = (id + 1) & 0x7fff_ffff;
            }
            let mut param = Param::new(info, id);
            let texts = sample_texts(&param, &mut text);
            param.units = common_unit(&texts);
            param.list = info.flags & CLAP_PARAM_IS_ENUM != 0 || reads_as_list(&param, &texts);
            params.push(param);
        }
        let index = |key: fn(&Param) -> u32| {
            let mut index: Vec<_> = params.iter().enumerate().map(|(i, p)| (key(p), i)).collect();
            index.sort_unstable();
            index
        };
        let (by_id, by_clap_id) = (index(|p| p.id), index(|p| p.clap_id));
        let values = params.iter().map(|p| AtomicU64::new(p.normalised(p.default).to_bits())).collect();
        let gestures = params.iter().map(|_| AtomicBool::new(false)).collect();
        let pending = params.iter().map(|_| AtomicU64::new(NONE)).collect();
        let automated = params.iter().map(|_| AtomicU64::new(0)).collect();
        let any_pending = AtomicBool::new(false);
        Self { params, by_id, by_clap_id, values, gestures, pending, any_pending, automated }
    }

    pub(crate) fn len(&self) -> usize {
        self.params.len()
    }

    pub(crate) fn all(&self) -> &[Param] {
        &self.params
    }

    pub(crate) fn get(&self, index: usize) -> Option<&Param> {
        self.params.get(index)
    }

    /// Index and parameter of a VST3 id.
    pub(crate) fn find(&self, id: u32) -> Option<(usize, &Param)> {
        self.look_up(&self.by_id, id)
    }

    /// Index and parameter of a CLAP id.
    pub(crate) fn find_clap(&self, clap_id: u32) -> Option<(usize, &Param)> {
        self.look_up(&self.by_clap_id, clap_id)
    }

    fn look_up(&self, table: &[(u32, usize)], id: u32) -> Option<(usize, &Param)> {
        let at = table.binary_search_by_key(&id, |entry| entry.0).ok()?;
        let index = table.get(at)?.1;
        Some((index, self.params.get(index)?))
    }

    /// The last value either side has set, normalised.
    pub(crate) fn value(&self, index: usize) -> f64 {
        self.values.get(index).map_or(0.0, |v| f64::from_bits(v.load(Ordering::Relaxed)))
    }

    pub(crate) fn set_value(&self, index: usize, normalised: f64) {
        if let Some(value) = self.values.get(index) {
            value.store(normalised.to_bits(), Ordering::Relaxed);
        }
    }

    /// Notes a value for the plugin.
    pub(crate) fn set_pending(&self, index: usize, normalised: f64) {
        if let Some(pending) = self.pending.get(index) {
            pending.store(normalised.to_bits(), Ordering::Relaxed);
            self.any_pending.store(true, Ordering::Release);
        }
    }

    pub(crate) fn has_pending(&self) -> bool {
        self.any_pending.load(Ordering::Acquire)
    }

    /// Takes the values that wait for the plugin.
    pub(crate) fn take_pending(&self, mut each: impl FnMut(usize, f64)) {
        if !self.has_pending() || !self.any_pending.swap(false, Ordering::AcqRel) {
            return;
        }
        for (index, pending) in self.pending.iter().enumerate() {
            let bits = pending.swap(NONE, Ordering::Relaxed);
            if bits != NONE {
                each(index, f64::from_bits(bits));
            }
        }
    }

    /// Notes that a block has automated a parameter.
    pub(crate) fn note_automation(&self, index: usize, frame: u64) {
        if let Some(automated) = self.automated.get(index) {
            automated.store(frame + 1, Ordering::Relaxed);
        }
    }

    /// Whether a block has automated a parameter at this frame or later.
    pub(crate) fn automated_since(&self, index: usize, frame: u64) -> bool {
        self.automated.get(index).is_some_and(|automated| automated.load(Ordering::Relaxed) > frame)
    }

    /// Whether the plugin's own editor holds this parameter.
    pub(crate) fn in_gesture(&self, index: usize) -> bool {
        self.gestures.get(index).is_some_and(|g| g.load(Ordering::Relaxed))
    }

    /// Marks the gesture as open or closed; returns what it was.
    pub(crate) fn set_gesture(&self, index: usize, open: bool) -> bool {
        self.gestures.get(index).is_some_and(|g| g.swap(open, Ordering::Relaxed))
    }
}

/// The texts of a few values over the range: all of a short list, else five.
fn sample_texts(param: &Param, text: &mut impl FnMut(u32, f64) -> Option<String>) -> Vec<String> {
    let points = if (1..=64).contains(&param.steps) { param.steps } else { 4 };
    let at = |i| param.plain(f64::from(i) / f64::from(points));
    (0..=points).filter_map(|i| text(param.clap_id, at(i))).collect()
}

/// A stepped parameter of three or more values, none of whose texts is a number.
fn reads_as_list(param: &Param, texts: &[String]) -> bool {
    (2..=64).contains(&param.steps) && !texts.is_empty() && texts.iter().all(|t| split_unit(t).is_none())
}

/// The unit that all texts end in; empty if one has none or another.
fn common_unit(texts: &[String]) -> String {
    let mut units = texts.iter().map(|text| split_unit(text).map_or("", |(_, unit)| unit));
    let first = units.next().unwrap_or("");
    if units.all(|unit| unit == first) { first.to_owned() } else { String::new() }
}

/// Splits "-3.0 dB" into number and unit; `None` if the text is not a number. The unit of "4:1" is empty.
pub(crate) fn split_unit(text: &str) -> Option<(&str, &str)> {
    let text = text.trim();
    let unsigned = text.trim_start_matches(['+', '-', '\u{2212}']);
    let rest = ["inf", "Inf", "\u{221e}"].iter().find_map(|inf| unsigned.strip_prefix(inf));
    let rest =
        rest.unwrap_or_else(|| unsigned.trim_start_matches(|c: char| c.is_ascii_digit() || ".,".contains(c)));
    if rest.len() == unsigned.len() {
        return None;
    }
    let number = text[..text.len() - rest.len()].trim();
    let unit = rest.trim();
    let plausible = unit.starts_with(|c: char| c.is_alphabetic() || "%°".contains(c));
    let plausible = plausible && !unit.contains(|c: char| c.is_ascii_digit());
    Some((number, if plausible { unit } else { "" }))
}

/// `text` without the parameter's unit.
pub(crate) fn strip_unit<'a>(text: &'a str, units: &str) -> &'a str {
    match text.trim_end().strip_suffix(units) {
        Some(number) if !units.is_empty() => number.trim_end(),
        _ => text,
    }
}
