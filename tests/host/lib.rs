//! Hosts for Garnish's plugin formats: enough of a DAW to load a bundle, set and automate parameters, save and load state
//! and run audio through it.
//!
//! All speak [`Host`], so that one test covers every format. `garnish-host` is the same as a process of its own.

pub mod bare;
pub mod bundle;
pub mod clap;
pub mod display;
pub mod render;
pub mod vst3;

use std::fmt;

/// What a host knows of a parameter.
#[derive(Clone, Debug, PartialEq)]
pub struct ParamInfo {
    /// The format's own number for it.
    pub id: u32,
    /// What the user reads.
    pub title: String,
    /// Normalised default, 0 to 1.
    pub default: f64,
    /// Steps between 0 and 1 for a stepped parameter (1 for a switch), none for a continuous one.
    pub steps: Option<u32>,
    /// Whether the host may record it.
    pub automatable: bool,
    /// Whether it is the host's bypass.
    pub bypass: bool,
}

/// A point of automation within a block.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Change {
    /// Frame within the block.
    pub frame: usize,
    /// [`ParamInfo::id`].
    pub id: u32,
    /// Normalised, 0 to 1.
    pub value: f64,
}

/// Why a plugin could not be hosted: one sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostError(pub String);

impl fmt::Display for HostError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for HostError {}

/// A plugin of any format in a host. Parameter values are normalised.
pub trait Host {
    /// All parameters, in the plugin's order.
    fn params(&mut self) -> Vec<ParamInfo>;

    /// The value in force as the plugin tells it.
    fn value(&mut self, id: u32) -> Option<f64>;

    /// A value as the plugin's text, with its unit.
    fn text(&mut self, id: u32, value: f64) -> Option<String>;

    /// The value that a text means to the plugin.
    fn parse(&mut self, id: u32, text: &str) -> Option<f64>;

    /// Sets values outside `process`: before activation, or while active and silent.
    ///
    /// # Errors
    /// If the plugin has no way to take them now.
    fn set(&mut self, values: &[(u32, f64)]) -> Result<(), HostError>;

    /// Gets ready for audio in blocks of at most `max_frames`.
    ///
    /// # Errors
    /// If the plugin refuses.
    fn activate(&mut self, sample_rate_hz: f64, max_frames: usize, offline: bool) -> Result<(), HostError>;

    /// Ends audio.
    fn deactivate(&mut self);

    /// One block in place, two channels of equal length, with automation in order of frames.
    ///
    /// # Errors
    /// If the plugin is not active or reports an error.
    fn process(&mut self, audio: &mut [Vec<f32>; 2], changes: &[Change]) -> Result<(), HostError>;

    /// Audio on another thread; instead of [`Host::process`], until [`Host::deactivate`].
    fn player(&mut self) -> Box<dyn Player>;

    /// The latency the plugin reports, in samples.
    fn latency(&mut self) -> usize;

    /// The plugin's state.
    ///
    /// # Errors
    /// If the plugin cannot save.
    fn save(&mut self) -> Result<Vec<u8>, HostError>;

    /// Takes a state over.
    ///
    /// # Errors
    /// If the plugin refuses it.
    fn load(&mut self, state: &[u8]) -> Result<(), HostError>;

    /// Whether the plugin asked for a restart of audio since the last call.
    fn restart_requested(&mut self) -> bool;

    /// The parameter with this title.
    ///
    /// # Errors
    /// If the plugin has none.
    fn id_of(&mut self, title: &str) -> Result<u32, HostError> {
        self.params()
            .into_iter()
            .find_map(|param| (param.title == title).then_some(param.id))
            .ok_or_else(|| HostError(format!("the plugin has no parameter \"{title}\"")))
    }
}

/// The audio half of an active plugin.
pub trait Player: Send {
    /// As [`Host::process`].
    ///
    /// # Errors
    /// If the plugin is no longer active or reports an error.
    fn play(&mut self, audio: &mut [Vec<f32>; 2], changes: &[Change]) -> Result<(), HostError>;
}

/// A plugin whose editor can be shown in an X11 window; all on the main thread.
pub trait Editor: Host {
    /// Embeds the editor in this window.
    ///
    /// # Errors
    /// If the plugin refuses.
    fn open_editor(&mut self, parent: u32) -> Result<(), HostError>;

    /// Width and height in pixels.
    ///
    /// # Errors
    /// If it is not open.
    fn editor_size(&mut self) -> Result<(u32, u32), HostError>;

    /// Gives the editor the size nearest to this that it accepts.
    ///
    /// # Errors
    /// If it is not open or refuses.
    fn resize_editor(&mut self, width: u32, height: u32) -> Result<(), HostError>;

    /// Closes the editor, if it is open.
    ///
    /// # Errors
    /// If the plugin says that it was not.
    fn close_editor(&mut self) -> Result<(), HostError>;

    /// What a host's main loop does for its plugins, once.
    fn turn(&mut self);
}
