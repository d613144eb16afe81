//! Offline work on whole files, shared by the command line, the plugin and tests: master to a loudness ([`master`](mod@master)),
//! measure ([`analysis`]), compare ([`compare`]), bring the tone nearer to a reference ([`match_tone`]), and draw ([`report`],
//! [`chart`]). It uses no terminal and no window.
//!
//! Programmes are read and written in pieces: memory does not grow with their length. What must be seen twice waits in a temporary
//! file.
#![forbid(unsafe_code)]

mod aligned;
pub mod analysis;
pub mod broken;
pub mod chart;
pub mod compare;
mod converted;
mod feed;
pub mod master;
pub mod match_tone;
mod parts;
pub mod render;
pub mod report;
mod search;
pub mod source;
mod spool;
pub mod target;

pub use parts::Reduction;

/// Why offline work failed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A file could not be read or written.
    #[error(transparent)]
    Media(#[from] garnish_media::Error),
    /// The temporary file of a target search could not be used.
    #[error("the temporary file beside the master cannot be used ({0}): check space and permissions")]
    Scratch(#[from] std::io::Error),
}
