//! Completes and clamps a saved state before nice-plug reads it.

use garnish_engine::params::{Range, table};
use nice_plug::plugin::ParamValue;
use nice_plug::prelude::PluginState;

/// Completes a state: missing parameters and values of the wrong type get the default, values out of range are clamped, unknown ids are
/// dropped. nice-plug itself leaves missing parameters unchanged and accepts any number.
pub(crate) fn complete(state: &mut PluginState) {
    let given = std::mem::take(&mut state.params);
    for param in table() {
        let default = param.normalised(param.default);
        let value = match (&param.range, given.get(&param.id)) {
            (Range::Linear { .. } | Range::Log { .. }, Some(ParamValue::F32(x))) if !x.is_nan() => {
                ParamValue::F32(x.clamp(0.0, 1.0))
            }
            (Range::Linear { .. } | Range::Log { .. }, _) => ParamValue::F32(default),
            (Range::Choice(choices), value) => {
                let last = i32::try_from(choices.len() - 1).unwrap_or(i32::MAX);
                ParamValue::I32(match value {
                    Some(ParamValue::I32(n)) => (*n).clamp(0, last),
                    _ => (0..=last).find(|n| f64::from(*n) == param.default).unwrap_or(0),
                })
            }
            (Range::Switch, Some(ParamValue::Bool(on))) => ParamValue::Bool(*on),
            (Range::Switch, _) => ParamValue::Bool(param.default >= 0.5),
        };
        state.params.insert(param.id.clone(), value);
    }
}
