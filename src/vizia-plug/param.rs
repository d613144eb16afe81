//! A safe, cheap handle to one parameter of a nice-plug plugin, whatever its type.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use nice_plug::prelude::{ParamFlags, ParamPtr, Params};

/// One parameter. Cloning copies a reference; the plugin's `Params` stay alive as long as any handle does.
/// Values are normalised (0 to 1) throughout, as hosts see them.
#[derive(Clone)]
pub struct Parameter(Arc<Inner>);

struct Inner {
    id: String,
    group: String,
    ptr: ParamPtr,
    /// What `ptr` points into.
    _owner: Arc<dyn Params>,
}

impl fmt::Debug for Parameter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Parameter({})", self.id())
    }
}

impl PartialEq for Parameter {
    fn eq(&self, other: &Self) -> bool {
        self.0.ptr == other.0.ptr
    }
}

/// Every `ParamPtr` method asks for the same promise, kept here once.
macro_rules! ask {
    ($self:ident.$method:ident($($argument:expr),*)) => {
        // SAFETY: `ptr` came from `param_map` of `_owner`, which this handle keeps alive.
        unsafe { $self.0.ptr.$method($($argument),*) }
    };
}

impl Parameter {
    /// Returns the permanent identifier.
    pub fn id(&self) -> &str {
        &self.0.id
    }

    /// Returns the title shown to users.
    pub fn name(&self) -> &str {
        ask!(self.name())
    }

    /// Returns the group, its levels separated by `/`; empty at the top.
    pub fn group(&self) -> &str {
        &self.0.group
    }

    /// Returns the unit appended to the text, as the plugin states it; empty where the text has it already.
    pub fn unit(&self) -> &'static str {
        ask!(self.unit())
    }

    /// Returns nice-plug's own pointer, for its setter functions.
    pub fn ptr(&self) -> ParamPtr {
        self.0.ptr
    }

    /// Returns the value set by the user or the host's automation.
    pub fn value(&self) -> f32 {
        ask!(self.unmodulated_normalized_value())
    }

    /// Returns the value after the host's modulation; equal to [`value`](Self::value) when there is none.
    pub fn modulated(&self) -> f32 {
        ask!(self.modulated_normalized_value())
    }

    /// Returns the default value.
    pub fn default_value(&self) -> f32 {
        ask!(self.default_normalized_value())
    }

    /// Returns the number of steps between the first and the last choice; `None` when continuous.
    pub fn steps(&self) -> Option<usize> {
        ask!(self.step_count())
    }

    /// Returns true for a parameter that is off or on; a choice of two is no switch.
    pub fn is_switch(&self) -> bool {
        matches!(self.0.ptr, ParamPtr::BoolParam(_))
    }

    /// Returns true if the plugin asks user interfaces not to show the parameter.
    pub fn is_hidden(&self) -> bool {
        ask!(self.flags()).contains(ParamFlags::HIDE_IN_GENERIC_UI)
    }

    /// Returns the plugin's own text of a value, with its unit.
    pub fn text(&self, value: f32) -> String {
        ask!(self.normalized_value_to_string(value, true))
    }

    /// Returns the text of a value as it is shown: [`text`](Self::text) with the true minus sign, U+2212.
    pub fn shown(&self, value: f32) -> String {
        with_minus(&self.text(value))
    }

    /// Returns a sentence that says what can be typed, for a text that [`parsed`](Self::parsed) refuses.
    pub fn refusal(&self, text: &str) -> String {
        let text = text.trim();
        match self.steps() {
            Some(steps) if steps < 12 => format!("“{text}” is none of: {}.", self.choices().join(", ")),
            _ => format!("“{text}” is not a number. Type {} to {}.", self.shown(0.0), self.shown(1.0)),
        }
    }

    /// Returns the texts of all choices of a stepped parameter, in order.
    pub fn choices(&self) -> Vec<String> {
        let Some(steps) = self.steps() else { return Vec::new() };
        (0..=steps).map(|step| self.text(fraction(step, steps))).collect()
    }

    /// Returns the index of the choice that a value of a stepped parameter stands for.
    pub fn choice(&self, value: f32) -> usize {
        let steps = self.steps().unwrap_or(1);
        (0..=steps).min_by(|a, b| off(*a, steps, value).total_cmp(&off(*b, steps, value))).unwrap_or(0)
    }

    /// Returns the value of a choice of a stepped parameter.
    pub fn value_of_choice(&self, choice: usize) -> f32 {
        let steps = self.steps().unwrap_or(1);
        fraction(choice.min(steps), steps)
    }

    /// Returns the nearest value on the parameter's grid, within 0 to 1; the default for what is not finite.
    pub fn snapped(&self, value: f32) -> f32 {
        let value = if value.is_finite() { value.clamp(0.0, 1.0) } else { self.default_value() };
        let plain = ask!(self.preview_plain(value));
        ask!(self.preview_normalized(plain)).clamp(0.0, 1.0)
    }

    /// Returns the value one step above (`up`) or below; `fine` steps are smaller where the parameter is continuous.
    pub fn stepped(&self, from: f32, up: bool, fine: bool) -> f32 {
        if up {
            ask!(self.next_normalized_step(from, fine))
        } else {
            ask!(self.previous_normalized_step(from, fine))
        }
    }

    /// Returns the value of a typed text: what the parameter itself understands, else a number with decimal comma, the unit in
    /// any case and spacing, and `k` for thousand. `None` if it is neither.
    pub fn parsed(&self, text: &str) -> Option<f32> {
        let text = text.trim();
        let own = |text: &str| ask!(self.string_to_normalized_value(text)).filter(|value| value.is_finite());
        own(text)
            .or_else(|| own(&text.replace(',', ".").replace('−', "-")))
            .or_else(|| own(&plain_number(text, self.unit())?))
            .map(|value| self.snapped(value))
    }
}

/// All parameters of a plugin, in its own order.
#[derive(Debug, Clone, Default)]
pub struct Parameters {
    list: Vec<Parameter>,
    by_id: HashMap<String, usize>,
}

impl Parameters {
    /// Lists the parameters of `params`.
    pub fn new(params: &Arc<dyn Params>) -> Self {
        let list: Vec<Parameter> = params
            .param_map()
            .into_iter()
            .map(|(id, ptr, group)| Parameter(Arc::new(Inner { id, group, ptr, _owner: Arc::clone(params) })))
            .collect();
        let by_id = list.iter().enumerate().map(|(index, p)| (p.id().to_owned(), index)).collect();
        Self { list, by_id }
    }

    /// Returns the parameter with this identifier.
    pub fn get(&self, id: &str) -> Option<&Parameter> {
        self.by_id.get(id).and_then(|index| self.list.get(*index))
    }

    /// Iterates over all parameters in order.
    pub fn iter(&self) -> impl Iterator<Item = &Parameter> {
        self.list.iter()
    }
}

/// Returns a number's text with the true minus sign (U+2212) instead of the hyphen.
pub fn with_minus(text: &str) -> String {
    match text.strip_prefix('-') {
        Some(rest) if rest.starts_with(|first: char| first.is_ascii_digit()) => format!("−{rest}"),
        _ => text.to_owned(),
    }
}

/// Step `index` of `steps` as a normalised value.
fn fraction(index: usize, steps: usize) -> f32 {
    #[allow(clippy::cast_precision_loss, reason = "choices are few")]
    let (index, steps) = (index as f32, steps.max(1) as f32);
    index / steps
}

fn off(index: usize, steps: usize, value: f32) -> f32 {
    (fraction(index, steps) - value).abs()
}

/// "3,2 kHz" with unit "Hz" becomes "3200".
fn plain_number(text: &str, unit: &str) -> Option<String> {
    let text = text.replace(',', ".").replace('−', "-").to_lowercase();
    let bare = text.trim_end().trim_end_matches(&unit.trim().to_lowercase()).trim_end();
    let (digits, factor) = match bare.strip_suffix('k') {
        Some(digits) => (digits, 1000.0),
        None => (bare, 1.0),
    };
    digits.trim().parse::<f64>().ok().map(|number| (number * factor).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demo::{Sample, sample};

    fn get(id: &str) -> Parameter {
        let params: Arc<dyn Params> = sample();
        Parameters::new(&params).get(id).expect("in the sample").clone()
    }

    #[test]
    fn typed_values_are_understood_with_units() {
        let freq = get("freq");
        let expected = freq.parsed("3200").expect("plain number");
        for text in ["3200 Hz", "3.2k", "3,2 kHz", "3.2 KHZ", " 3200hz "] {
            assert_eq!(freq.parsed(text), Some(expected), "{text}");
        }
        assert_eq!(freq.parsed("loud"), None);
        assert_eq!(get("gain").parsed("−6 dB"), get("gain").parsed("-6"));
    }

    #[test]
    fn a_minus_is_a_minus_and_a_hyphen_a_hyphen() {
        assert_eq!(get("gain").shown(0.0), "−12.0 dB");
        assert_eq!(with_minus("-inf"), "-inf");
        assert_eq!(with_minus("K-12"), "K-12");
        assert_eq!(get("gain").parsed(&get("gain").shown(0.0)), Some(0.0), "what is shown can be typed");
    }

    #[test]
    fn a_refusal_says_what_can_be_typed() {
        assert_eq!(get("gain").refusal(" loud "), "“loud” is not a number. Type −12.0 dB to 12.0 dB.");
        assert_eq!(get("mode").refusal("loud"), "“loud” is none of: Soft, Medium, Hard.");
    }

    #[test]
    fn values_land_on_the_grid_and_inside_the_range() {
        let gain = get("gain");
        for value in [-1.0, 0.0, 0.333, 1.0, 7.0, f32::NAN, f32::INFINITY] {
            let snapped = gain.snapped(value);
            assert!((0.0..=1.0).contains(&snapped));
            assert!((gain.snapped(snapped) - snapped).abs() < 1e-6, "idempotent");
        }
    }

    #[test]
    fn choices_and_values_agree() {
        let mode = get("mode");
        let choices = mode.choices();
        assert_eq!(choices, Sample::MODES);
        for (index, text) in choices.iter().enumerate() {
            assert_eq!(mode.choice(mode.value_of_choice(index)), index);
            assert_eq!(mode.parsed(text), Some(mode.value_of_choice(index)), "{text}");
        }
        assert!(get("on").is_switch() && !mode.is_switch());
    }
}
