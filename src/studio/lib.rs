//! Offline work on whole files, shared by the command line, the plugin and tests: [`render`](mod@render) a master, reach a
//! [`target`], measure ([`analysis`]), and draw ([`report`], [`chart`]). It uses no terminal and no window.
#![forbid(unsafe_code)]

pub mod analysis;
pub mod chart;
pub mod render;
pub mod report;
pub mod target;
