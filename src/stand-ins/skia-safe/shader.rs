//! Gradients and pictures as paint.

use crate::{Color4f, Image, Matrix, Point, scalar};
use std::sync::Arc;
use vello_cpu::peniko::Extend;

/// What a gradient or picture does beyond its end.
#[derive(Copy, Clone, PartialEq, Eq, Hash, Default, Debug)]
pub enum TileMode {
    /// Its last colour goes on.
    #[default]
    Clamp,
    /// It begins anew.
    Repeat,
}

impl TileMode {
    pub(crate) fn extend(self) -> Extend {
        match self {
            Self::Clamp => Extend::Pad,
            Self::Repeat => Extend::Repeat,
        }
    }
}

/// How pictures are sampled: the nearest pixel, as Skia's default is.
#[derive(Copy, Clone, PartialEq, Default, Debug)]
pub struct SamplingOptions;

/// The colour of each point of the plane.
#[derive(Clone, PartialEq, Debug)]
pub struct Shader(pub(crate) Arc<ShaderKind>);

#[derive(Clone, PartialEq, Debug)]
pub(crate) enum ShaderKind {
    Linear {
        start: Point,
        end: Point,
        ramp: Ramp,
        local: Matrix,
    },
    /// The focus is where the first colour is, and its radius there.
    Radial {
        center: Point,
        radius: f32,
        focus: (Point, f32),
        ramp: Ramp,
        local: Matrix,
    },
    Image {
        image: Image,
        tiles: (TileMode, TileMode),
        local: Matrix,
    },
}

#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Ramp {
    /// Ascending offsets in 0 to 1; at least one.
    pub(crate) stops: Vec<(f32, Color4f)>,
    pub(crate) extend: Extend,
}

impl Ramp {
    fn new(gradient: &gradient_shader::Gradient<'_>) -> Option<Self> {
        let colors = &gradient.colors;
        let n = colors.colors.len();
        #[expect(clippy::cast_precision_loss, reason = "a handful of stops")]
        let even = |i: usize| if n > 1 { i as f32 / (n - 1) as f32 } else { 0.0 };
        let mut least = 0.0_f32;
        let stops: Vec<_> = colors
            .colors
            .iter()
            .enumerate()
            .map(|(i, color)| {
                let at = colors.pos.and_then(|p| p.get(i).copied()).unwrap_or_else(|| even(i));
                // Skia forces positions into order the same way.
                least = if at.is_nan() { least } else { at.clamp(0.0, 1.0).max(least) };
                (least, color.sane())
            })
            .collect();
        (!stops.is_empty()).then_some(Self { stops, extend: colors.tile_mode.extend() })
    }

    /// The colour where a gradient without extent shows only its end.
    pub(crate) fn last_color(&self) -> Color4f {
        self.stops.last().map_or(Color4f::default(), |s| s.1)
    }
}

/// Gradient descriptions.
pub mod gradient_shader {
    use crate::{Color4f, TileMode, scalar};

    /// The colours of a gradient and where they stand.
    #[derive(Debug, Clone)]
    pub struct GradientColors<'a> {
        pub(crate) colors: &'a [Color4f],
        pub(crate) pos: Option<&'a [scalar]>,
        pub(crate) tile_mode: TileMode,
    }

    impl<'a> GradientColors<'a> {
        /// `pos` gives each colour's place from 0 to 1; without it they are spread evenly. The colour
        /// space can only be absent: sRGB.
        pub fn new(
            colors: &'a [Color4f],
            pos: Option<&'a [scalar]>,
            tile_mode: TileMode,
            color_space: impl Into<Option<ColorSpace>>,
        ) -> Self {
            let _: Option<ColorSpace> = color_space.into();
            Self { colors, pos, tile_mode }
        }
    }

    /// A colour space other than sRGB: there is none, so a value of this type cannot be made.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub enum ColorSpace {}

    /// How colours between stops are found: unpremultiplied, in sRGB.
    #[derive(Debug, Copy, Clone, PartialEq, Eq, Hash, Default)]
    pub struct Interpolation(());

    /// Colours and interpolation together.
    #[derive(Debug, Clone)]
    pub struct Gradient<'a> {
        pub(crate) colors: GradientColors<'a>,
    }

    impl<'a> Gradient<'a> {
        /// A gradient of these colours.
        pub fn new(colors: GradientColors<'a>, interpolation: impl Into<Interpolation>) -> Self {
            let Interpolation(()) = interpolation.into();
            Self { colors }
        }
    }
}

/// Makers of shaders.
pub mod shaders {
    use super::{Arc, Matrix, Point, Ramp, Shader, ShaderKind, gradient_shader::Gradient, scalar};

    /// Colours along the line from the first point to the second. None without colours or with numbers
    /// that are not finite.
    pub fn linear_gradient<'a>(
        points: (impl Into<Point>, impl Into<Point>),
        gradient: &Gradient<'_>,
        local_matrix: impl Into<Option<&'a Matrix>>,
    ) -> Option<Shader> {
        let (start, end) = (points.0.into(), points.1.into());
        if !start.to_kurbo().is_finite() || !end.to_kurbo().is_finite() {
            return None;
        }
        let local = local_matrix.into().copied().unwrap_or_default();
        let ramp = Ramp::new(gradient)?;
        Some(Shader(Arc::new(ShaderKind::Linear { start, end, ramp, local })))
    }

    /// Colours from `center` outwards, the last at `radius`. None without colours, with numbers that are
    /// not finite, or with a negative radius.
    pub fn radial_gradient<'a>(
        (center, radius): (impl Into<Point>, scalar),
        gradient: &Gradient<'_>,
        local_matrix: impl Into<Option<&'a Matrix>>,
    ) -> Option<Shader> {
        let center = center.into();
        if !center.to_kurbo().is_finite() || !radius.is_finite() || radius < 0.0 {
            return None;
        }
        let local = local_matrix.into().copied().unwrap_or_default();
        let ramp = Ramp::new(gradient)?;
        Some(Shader(Arc::new(ShaderKind::Radial { center, radius, focus: (center, 0.0), ramp, local })))
    }
}
