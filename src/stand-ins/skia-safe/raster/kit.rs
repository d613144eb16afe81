//! What painters share and keep between frames.

use super::shadow::Shadows;
use vello_cpu::{Level, RenderContext, RenderSettings, Resources};

/// Contexts to reuse, glyph outlines, blurred masks.
pub(super) struct Kit {
    pub(super) resources: Resources,
    pub(super) shadows: Shadows,
    spare: Vec<RenderContext>,
    settings: RenderSettings,
}

impl Kit {
    pub(super) fn new() -> Self {
        let level = Level::try_detect().unwrap_or(Level::baseline());
        Self {
            resources: Resources::new(),
            shadows: Shadows::default(),
            spare: Vec::new(),
            settings: RenderSettings { level, num_threads: 0 },
        }
    }

    pub(super) fn context(&mut self, width: u16, height: u16) -> RenderContext {
        match self.spare.pop() {
            Some(mut context) => {
                context.reset_and_resize(width, height);
                context
            }
            None => RenderContext::new_with(width, height, self.settings),
        }
    }

    pub(super) fn give_back(&mut self, context: RenderContext) {
        if self.spare.len() < 2 {
            self.spare.push(context);
        }
    }
}
