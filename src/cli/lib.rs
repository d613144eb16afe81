//! The engine offline: what `garnish-cli` does, as a library, so that tests and the demo do exactly the same.

pub mod analyze;
pub mod master;
pub mod params;
pub mod plot;
pub mod progress;
pub mod table;

use std::fmt;

/// Why a verb failed: one line, which says what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure(pub String);

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Failure {}

impl From<garnish_media::Error> for Failure {
    fn from(error: garnish_media::Error) -> Self {
        Self(error.to_string())
    }
}

/// A value as indented JSON with a line end.
fn json(value: &impl serde::Serialize) -> Result<String, Failure> {
    serde_json::to_string_pretty(value)
        .map(|text| text + "\n")
        .map_err(|error| Failure(format!("the result cannot be written as JSON: {error}")))
}
