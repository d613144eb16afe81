//! SVG pictures, parsed by usvg and replayed on a canvas.

use crate::resources::NativeResourceProvider;
use crate::wrapper::PointerWrapper;
use crate::{Canvas, Size};
use std::sync::Arc;

mod render;

/// A parsed SVG picture.
#[derive(Clone, Debug)]
pub struct Dom {
    tree: Arc<usvg::Tree>,
    /// Its size is that of the container.
    relative: bool,
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
    /// Parses an SVG document. Text in it, and filters, are not drawn.
    ///
    /// # Errors
    ///
    /// If it is not UTF-8, not XML or not SVG.
    pub fn from_bytes(svg: &[u8], _: impl Into<NativeResourceProvider>) -> Result<Self, LoadError> {
        let text = std::str::from_utf8(svg).map_err(|_| LoadError)?;
        let document = usvg::roxmltree::Document::parse(text).map_err(|_| LoadError)?;
        let fixed = |name| document.root_element().attribute(name).is_some_and(|v| !v.trim().ends_with('%'));
        let relative = !fixed("width") || !fixed("height");
        let tree = usvg::Tree::from_xmltree(&document, &usvg::Options::default()).map_err(|_| LoadError)?;
        let size = SkSize { fWidth: tree.size().width(), fHeight: tree.size().height() };
        Ok(Self { tree: Arc::new(tree), relative, inner: SkSVGDOM { fContainerSize: size } })
    }

    /// Draws the picture with its top left at the origin. One without a size of its own fills the container,
    /// keeping its proportions.
    pub fn render(&self, canvas: &Canvas) {
        if canvas.is_null() {
            return;
        }
        canvas.save();
        let (own, container) = (self.tree.size(), self.inner.fContainerSize);
        let (sx, sy) = (container.fWidth / own.width(), container.fHeight / own.height());
        if self.relative && sx.is_finite() && sy.is_finite() && sx > 0.0 && sy > 0.0 {
            let scale = sx.min(sy);
            let middle = |container: f32, own: f32| (container - own * scale) * 0.5;
            canvas
                .translate((middle(container.fWidth, own.width()), middle(container.fHeight, own.height())));
            canvas.scale((scale, scale));
        }
        render::group(canvas, self.tree.root());
        canvas.restore();
    }

    /// Sets the size a picture without a size of its own is drawn in.
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
