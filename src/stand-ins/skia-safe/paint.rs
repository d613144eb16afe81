//! How shapes are painted.

use crate::{Color, Color4f, IRect, Rect, Shader, TileMode, scalar};
use std::sync::Arc;

/// Whether the inside, the outline or both are painted.
#[derive(Copy, Clone, PartialEq, Eq, Hash, Default, Debug)]
pub enum PaintStyle {
    /// The inside.
    #[default]
    Fill,
    /// The outline, `stroke_width` wide.
    Stroke,
    /// The union of both.
    StrokeAndFill,
}

/// The shape of a stroke's open ends and of its dashes' ends.
#[derive(Copy, Clone, PartialEq, Eq, Hash, Default, Debug)]
pub enum PaintCap {
    /// Cut off at the end point.
    #[default]
    Butt,
    /// A half circle beyond the end point.
    Round,
    /// Half a square beyond the end point.
    Square,
}

/// The shape of a stroke's corners.
#[derive(Copy, Clone, PartialEq, Eq, Hash, Default, Debug)]
pub enum PaintJoin {
    /// Pointed, up to Skia's miter limit of 4.
    #[default]
    Miter,
    /// Round.
    Round,
    /// Cut off.
    Bevel,
}

/// How a source is combined with what is already there (W3C Compositing and Blending Level 1).
#[derive(Copy, Clone, PartialEq, Eq, Hash, Default, Debug)]
#[expect(missing_docs, reason = "named as in the standard, which defines them")]
pub enum BlendMode {
    SrcIn,
    #[default]
    SrcOver,
    Plus,
    Screen,
    Overlay,
    Darken,
    Lighten,
    ColorDodge,
    ColorBurn,
    HardLight,
    SoftLight,
    Difference,
    Exclusion,
    Multiply,
    Hue,
    Saturation,
    Color,
    Luminosity,
}

/// Which side of the edge a mask blur covers.
#[derive(Copy, Clone, PartialEq, Eq, Hash, Debug)]
pub enum BlurStyle {
    /// Both sides.
    Normal,
}

/// Changes the coverage of what is drawn before it is coloured.
#[derive(Copy, Clone, PartialEq, Debug)]
pub struct MaskFilter {
    pub(crate) sigma: f32,
    pub(crate) respect_ctm: bool,
}

impl MaskFilter {
    /// A Gaussian blur of standard deviation `sigma`, in local units if `respect_ctm` (the default) and in
    /// pixels otherwise. None unless `sigma` is finite and positive.
    pub fn blur(style: BlurStyle, sigma: scalar, respect_ctm: impl Into<Option<bool>>) -> Option<Self> {
        let BlurStyle::Normal = style;
        (sigma.is_finite() && sigma > 0.0)
            .then(|| Self { sigma, respect_ctm: respect_ctm.into().unwrap_or(true) })
    }
}

/// Changes an outline before it is stroked.
#[derive(Clone, PartialEq, Debug)]
pub struct PathEffect {
    pub(crate) intervals: Arc<[f32]>,
    pub(crate) phase: f32,
}

impl PathEffect {
    /// Dashes: lengths on and off in turn, begun `phase` into them. None unless there is an even number of
    /// finite, non-negative intervals with a positive sum.
    pub fn dash(intervals: &[scalar], phase: scalar) -> Option<PathEffect> {
        let sound = intervals.iter().all(|v| v.is_finite() && *v >= 0.0) && phase.is_finite();
        let paired = intervals.len() >= 2 && intervals.len().is_multiple_of(2);
        (sound && paired && intervals.iter().sum::<f32>() > 0.0)
            .then(|| Self { intervals: intervals.into(), phase })
    }
}

/// Changes the picture of a layer.
#[derive(Clone, PartialEq, Debug)]
pub struct ImageFilter(Arc<ImageFilterKind>);

#[derive(Clone, PartialEq, Debug)]
pub(crate) enum ImageFilterKind {
    Crop { rect: Rect, input: Option<ImageFilter> },
    Blur { sigma: (f32, f32), input: ImageFilter },
}

impl ImageFilter {
    /// The input (or the layer itself) inside `rect`, and nothing outside it. With a tile mode, the outside
    /// would repeat the inside: not supported, hence none.
    pub fn crop(
        rect: impl AsRef<Rect>,
        tile_mode: impl Into<Option<TileMode>>,
        input: impl Into<Option<ImageFilter>>,
    ) -> Option<ImageFilter> {
        let rect = *rect.as_ref();
        (rect.is_finite() && tile_mode.into().is_none())
            .then(|| Self(Arc::new(ImageFilterKind::Crop { rect: rect.sorted(), input: input.into() })))
    }

    /// This filter's result blurred by a Gaussian of standard deviations `sigma`, then cropped. None for
    /// negative or infinite deviations, and for tile modes, as in `crop`.
    pub fn blur<'a>(
        self,
        crop_rect: impl Into<Option<&'a IRect>>,
        sigma: (scalar, scalar),
        tile_mode: impl Into<Option<TileMode>>,
    ) -> Option<Self> {
        let sound = |v: f32| v.is_finite() && v >= 0.0;
        if !sound(sigma.0) || !sound(sigma.1) || tile_mode.into().is_some() {
            return None;
        }
        let blurred = Self(Arc::new(ImageFilterKind::Blur { sigma, input: self }));
        match crop_rect.into() {
            None => Some(blurred),
            Some(r) => Self::crop(Rect::from_kurbo(r.to_kurbo()), None, blurred),
        }
    }

    pub(crate) fn kind(&self) -> &ImageFilterKind {
        &self.0
    }
}

/// Colour, style and effects of a drawing. Opaque black, filled, without antialiasing unless said otherwise.
#[derive(Clone, PartialEq, Debug)]
pub struct Paint {
    pub(crate) color: Color4f,
    pub(crate) anti_alias: bool,
    pub(crate) style: PaintStyle,
    pub(crate) stroke_width: f32,
    pub(crate) cap: PaintCap,
    pub(crate) join: PaintJoin,
    pub(crate) miter_limit: f32,
    pub(crate) blend_mode: BlendMode,
    pub(crate) shader: Option<Shader>,
    pub(crate) mask_filter: Option<MaskFilter>,
    pub(crate) path_effect: Option<PathEffect>,
    pub(crate) image_filter: Option<ImageFilter>,
}

impl Default for Paint {
    fn default() -> Self {
        Self {
            color: Color4f::BLACK,
            anti_alias: false,
            style: PaintStyle::default(),
            stroke_width: 0.0,
            cap: PaintCap::default(),
            join: PaintJoin::default(),
            miter_limit: 4.0,
            blend_mode: BlendMode::default(),
            shader: None,
            mask_filter: None,
            path_effect: None,
            image_filter: None,
        }
    }
}

impl Paint {
    /// Whether edge pixels are blended by their coverage.
    pub fn set_anti_alias(&mut self, anti_alias: bool) -> &mut Self {
        self.anti_alias = anti_alias;
        self
    }

    /// Fill, stroke or both.
    pub fn set_style(&mut self, style: PaintStyle) -> &mut Self {
        self.style = style;
        self
    }

    /// The colour and its alpha.
    pub fn set_color(&mut self, color: impl Into<Color>) -> &mut Self {
        self.color = color.into().into();
        self
    }

    /// The alpha alone, 0 to 1.
    pub fn set_alpha_f(&mut self, alpha: f32) -> &mut Self {
        self.color.a = if alpha.is_nan() { 0.0 } else { alpha.clamp(0.0, 1.0) };
        self
    }

    /// The width of strokes; 0 is one pixel. Negative and infinite widths change nothing.
    pub fn set_stroke_width(&mut self, width: scalar) -> &mut Self {
        if width.is_finite() && width >= 0.0 {
            self.stroke_width = width;
        }
        self
    }

    /// The shape of open ends.
    pub fn set_stroke_cap(&mut self, cap: PaintCap) -> &mut Self {
        self.cap = cap;
        self
    }

    /// The shape of corners.
    pub fn set_stroke_join(&mut self, join: PaintJoin) -> &mut Self {
        self.join = join;
        self
    }

    /// A gradient or picture in place of the colour; the colour's alpha still counts.
    pub fn set_shader(&mut self, shader: impl Into<Option<Shader>>) -> &mut Self {
        self.shader = shader.into();
        self
    }

    /// How the drawing is combined with what is there.
    pub fn set_blend_mode(&mut self, mode: BlendMode) -> &mut Self {
        self.blend_mode = mode;
        self
    }

    /// What changes outlines.
    pub fn set_path_effect(&mut self, path_effect: impl Into<Option<PathEffect>>) -> &mut Self {
        self.path_effect = path_effect.into();
        self
    }

    /// What changes coverage.
    pub fn set_mask_filter(&mut self, mask_filter: impl Into<Option<MaskFilter>>) -> &mut Self {
        self.mask_filter = mask_filter.into();
        self
    }

    /// What changes the finished picture; used by `Canvas::save_layer`.
    pub fn set_image_filter(&mut self, image_filter: impl Into<Option<ImageFilter>>) -> &mut Self {
        self.image_filter = image_filter.into();
        self
    }
}
