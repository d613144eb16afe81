//! The engine's table of parameters as nice-plug parameters.

use std::sync::Arc;

use garnish_engine::params::{Param as TableParam, Range, Role, table};
use nice_plug::prelude::*;

use crate::modes::Modes;

/// One host parameter. Continuous ones run from 0 to 1: the engine's table alone knows what that means, so that host,
/// command line and presets agree to the bit.
pub enum HostParam {
    /// A continuous value, normalised.
    Continuous(FloatParam),
    /// A choice by its index.
    Choice(IntParam),
    /// Off or on.
    Switch(BoolParam),
}

impl HostParam {
    fn new(param: &'static TableParam, modes: &Arc<Modes>) -> Self {
        let text = move |normalised: f32| param.text(param.plain(normalised));
        let parse = move |text: &str| param.parse(text).map(|plain| param.normalised(plain));
        match param.range {
            Range::Linear { .. } | Range::Log { .. } => {
                let range = FloatRange::Linear { min: 0.0, max: 1.0 };
                let host = FloatParam::new(&param.title, param.normalised(param.default), range)
                    .with_value_to_string(Arc::new(text))
                    .with_string_to_value(Arc::new(parse));
                Self::Continuous(if param.role.is_automatable() { host } else { host.non_automatable() })
            }
            Range::Choice(choices) => {
                let last = i32::try_from(choices.len() - 1).unwrap_or(i32::MAX);
                let index = move |plain: f64| {
                    choices.iter().zip(0..).find_map(|(_, n)| (f64::from(n) == plain).then_some(n))
                };
                let host = IntParam::new(
                    &param.title,
                    index(param.default).unwrap_or(0),
                    IntRange::Linear { min: 0, max: last },
                )
                .with_value_to_string(Arc::new(move |n| param.text(f64::from(n))))
                .with_string_to_value(Arc::new(move |text| param.parse(text).and_then(index)));
                let host = if param.role == Role::Latency {
                    let modes = modes.clone();
                    host.with_callback(Arc::new(move |_| modes.changed()))
                } else {
                    host
                };
                Self::Choice(if param.role.is_automatable() { host } else { host.non_automatable() })
            }
            Range::Switch => {
                let host = BoolParam::new(&param.title, param.default >= 0.5)
                    .with_value_to_string(Arc::new(move |on| param.text(f64::from(u8::from(on)))))
                    .with_string_to_value(Arc::new(move |text| param.parse(text).map(|plain| plain >= 0.5)));
                let host = if param.role == Role::Bypass { host.make_bypass() } else { host };
                Self::Switch(if param.role.is_automatable() { host } else { host.non_automatable() })
            }
        }
    }

    /// Returns the normalised value in force, modulation included. A hostile state may make it any number: the table clamps it.
    pub fn normalised(&self) -> f32 {
        match self {
            Self::Continuous(host) => host.modulated_plain_value(),
            Self::Choice(host) => host.modulated_normalized_value(),
            Self::Switch(host) => f32::from(u8::from(host.modulated_plain_value())),
        }
    }

    /// Sets the value as a host does.
    ///
    /// # Safety
    /// The parameter lives as long as the call.
    #[cfg(test)]
    pub(crate) unsafe fn set_for_tests(&self, normalised: f32) {
        use nice_plug::params::internals::ParamPtr;
        let pointer: ParamPtr = self.as_ptr();
        // SAFETY: this function's contract.
        unsafe { pointer._internal_set_normalized_value(normalised) };
    }

    fn as_ptr(&self) -> ParamPtr {
        match self {
            Self::Continuous(host) => host.as_ptr(),
            Self::Choice(host) => host.as_ptr(),
            Self::Switch(host) => host.as_ptr(),
        }
    }
}

/// All parameters, in the order of the engine's table.
pub struct HostParams(Box<[HostParam]>, Arc<Modes>);

impl Default for HostParams {
    fn default() -> Self {
        let modes = Arc::default();
        Self(table().iter().map(|param| HostParam::new(param, &modes)).collect(), modes)
    }
}

impl HostParams {
    /// Returns the parameters in the order of the engine's table.
    pub fn all(&self) -> &[HostParam] {
        &self.0
    }

    /// The modes that wait for the host, for the window.
    pub fn modes(&self) -> &Modes {
        &self.1
    }

    /// Lists the remote-control pages: a section a module; a page for the module and one for each of its bands.
    pub(crate) fn remote_controls(&self, context: &mut impl RemoteControlsContext) {
        let rows: Vec<_> = table().iter().zip(self.all()).collect();
        for section in rows.chunk_by(|(a, _), (b, _)| a.module == b.module) {
            let module = section[0].0.module.title();
            context.add_section(module, |pages| {
                for page in section.chunk_by(|(a, _), (b, _)| a.band == b.band) {
                    let name =
                        page[0].0.band.map_or(module.to_owned(), |band| format!("{module} {}", band + 1));
                    pages.add_page(name, |page_of_host| {
                        for (_, host) in page {
                            match host {
                                HostParam::Continuous(host) => page_of_host.add_param(host),
                                HostParam::Choice(host) => page_of_host.add_param(host),
                                HostParam::Switch(host) => page_of_host.add_param(host),
                            }
                        }
                    });
                }
            });
        }
    }
}

/// Returns the group in which hosts and the editor show a parameter: its module, and below that its band.
fn group(param: &TableParam) -> String {
    let module = param.module.title();
    param.band.map_or(module.to_owned(), |band| format!("{module}/Band {}", band + 1))
}

// SAFETY: `param_map` hands out pointers into the boxed slice, which neither moves nor shrinks while `self` lives;
// nice-plug keeps the `Arc` of this object for as long as it uses them (contract of `nice_plug::params::Params`).
unsafe impl Params for HostParams {
    fn param_map(&self) -> Vec<(String, ParamPtr, String)> {
        table()
            .iter()
            .zip(self.all())
            .map(|(param, host)| (param.id.clone(), host.as_ptr(), group(param)))
            .collect()
    }
}
