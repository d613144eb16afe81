//! The system's clipboard for vizia's text fields, opened only when first used: a headless editor needs none.

use std::error::Error;

use copypasta::{ClipboardContext, ClipboardProvider};

use crate::keys::harmless;

/// Reaches the clipboard on first use.
#[derive(Default)]
pub(crate) struct Lazy(Option<ClipboardContext>);

impl Lazy {
    fn open(&mut self) -> Result<&mut ClipboardContext, Box<dyn Error + Send + Sync>> {
        match &mut self.0 {
            Some(clipboard) => Ok(clipboard),
            empty => Ok(empty.insert(ClipboardContext::new()?)),
        }
    }
}

impl ClipboardProvider for Lazy {
    fn get_contents(&mut self) -> Result<String, Box<dyn Error + Send + Sync>> {
        Ok(harmless(&self.open()?.get_contents()?))
    }

    fn set_contents(&mut self, text: String) -> Result<(), Box<dyn Error + Send + Sync>> {
        // vizia's text field panics on an error.
        if let Err(error) = self.open().and_then(|clipboard| clipboard.set_contents(text)) {
            log::warn!("the clipboard was not set: {error}");
        }
        Ok(())
    }
}

/// A clipboard of its own, shared with nobody: for tests.
#[derive(Default)]
pub(crate) struct Private(String);

impl ClipboardProvider for Private {
    fn get_contents(&mut self) -> Result<String, Box<dyn Error + Send + Sync>> {
        Ok(harmless(&self.0))
    }

    fn set_contents(&mut self, text: String) -> Result<(), Box<dyn Error + Send + Sync>> {
        self.0 = text;
        Ok(())
    }
}
