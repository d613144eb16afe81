//! Where the user's gestures go: the host behind a nice-plug editor, or a stand-in when there is none.

use std::cell::RefCell;
use std::rc::Rc;

use nice_plug::context::gui::GuiContext;

use crate::param::Parameter;

/// Receives what the user does to parameters. Every change comes as `begin`, any number of `set`, `end`: hosts record
/// automation and undo by these.
pub trait Host {
    /// Begins a gesture: the user took hold of the parameter.
    fn begin(&self, parameter: &Parameter);
    /// Sets a snapped, normalised value.
    fn set(&self, parameter: &Parameter, value: f32);
    /// Ends the gesture: the user let go.
    fn end(&self, parameter: &Parameter);
}

/// The host on the other side of nice-plug.
pub(crate) struct Plugin(pub(crate) GuiContext);

impl Host for Plugin {
    fn begin(&self, parameter: &Parameter) {
        // SAFETY: the pointer belongs to the plugin's own `Params`; the wrapper looks it up before using it.
        unsafe { self.0.raw_begin_set_parameter(parameter.ptr()) }
    }

    fn set(&self, parameter: &Parameter, value: f32) {
        // SAFETY: as above.
        unsafe { self.0.raw_set_parameter_normalized(parameter.ptr(), value) }
    }

    fn end(&self, parameter: &Parameter) {
        // SAFETY: as above.
        unsafe { self.0.raw_end_set_parameter(parameter.ptr()) }
    }
}

/// One call a [`Recorder`] saw.
#[derive(Debug, Clone, PartialEq)]
pub enum Gesture {
    /// `begin` of the parameter with this id.
    Begin(String),
    /// `set` with this value.
    Set(String, f32),
    /// `end`.
    End(String),
}

/// A host without a host, for headless use: writes values straight into the parameters and remembers every call.
#[derive(Debug, Clone, Default)]
pub struct Recorder(Rc<RefCell<Vec<Gesture>>>);

impl Recorder {
    /// Returns what was recorded since the last call.
    pub fn take(&self) -> Vec<Gesture> {
        self.0.take()
    }
}

impl Host for Recorder {
    fn begin(&self, parameter: &Parameter) {
        self.0.borrow_mut().push(Gesture::Begin(parameter.id().to_owned()));
    }

    fn set(&self, parameter: &Parameter, value: f32) {
        self.0.borrow_mut().push(Gesture::Set(parameter.id().to_owned(), value));
        automate(parameter, value);
    }

    fn end(&self, parameter: &Parameter) {
        self.0.borrow_mut().push(Gesture::End(parameter.id().to_owned()));
    }
}

/// Sets a parameter as a host's automation would. Only where no plugin wrapper owns the parameters.
pub fn automate(parameter: &Parameter, value: f32) {
    // SAFETY: the handle keeps the parameter alive; no wrapper is at work on these parameters.
    unsafe { parameter.ptr()._internal_set_normalized_value(value) };
}

/// Modulates a parameter as a CLAP host would, by `offset` on the normalised scale. Same restriction.
pub fn modulate(parameter: &Parameter, offset: f32) {
    // SAFETY: as above.
    unsafe { parameter.ptr()._internal_modulate_value(offset) };
}
