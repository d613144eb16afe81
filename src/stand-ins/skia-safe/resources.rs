//! Where an SVG's fonts would come from.

use crate::FontMgr;

/// What `svg::Dom` is given to find fonts with. SVG text is not drawn, so nothing is kept.
#[derive(Clone, Debug)]
pub struct NativeResourceProvider(());

impl From<FontMgr> for NativeResourceProvider {
    fn from(_: FontMgr) -> Self {
        Self(())
    }
}
