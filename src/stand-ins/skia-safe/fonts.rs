//! Typefaces, font managers and font styles.

use parley::fontique::Blob;
use std::sync::{Arc, Mutex};

/// A four-letter tag, such as the name of a variation axis, in big-endian order.
#[derive(Copy, Clone, PartialEq, Eq, Hash, Default, Debug)]
#[repr(transparent)]
pub struct FourByteTag(u32);

impl From<u32> for FourByteTag {
    fn from(v: u32) -> Self {
        Self(v)
    }
}

impl FourByteTag {
    pub(crate) const fn bytes(self) -> [u8; 4] {
        self.0.to_be_bytes()
    }
}

/// Weight, width and slant of a font.
pub mod font_style {
    use std::ops::Deref;

    /// A weight, 1 to 1000; 400 is regular.
    #[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
    #[repr(transparent)]
    pub struct Weight(i32);

    impl From<i32> for Weight {
        fn from(weight: i32) -> Self {
            Self(weight)
        }
    }

    impl Deref for Weight {
        type Target = i32;
        fn deref(&self) -> &i32 {
            &self.0
        }
    }

    /// A width class, 1 to 9; 5 is normal.
    #[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
    #[repr(transparent)]
    pub struct Width(i32);

    impl From<i32> for Width {
        fn from(width: i32) -> Self {
            Self(width)
        }
    }

    impl Deref for Width {
        type Target = i32;
        fn deref(&self) -> &i32 {
            &self.0
        }
    }

    #[expect(missing_docs, reason = "the names are those of OpenType's usWidthClass")]
    impl Width {
        pub const ULTRA_CONDENSED: Self = Self(1);
        pub const EXTRA_CONDENSED: Self = Self(2);
        pub const CONDENSED: Self = Self(3);
        pub const SEMI_CONDENSED: Self = Self(4);
        pub const NORMAL: Self = Self(5);
        pub const SEMI_EXPANDED: Self = Self(6);
        pub const EXPANDED: Self = Self(7);
        pub const EXTRA_EXPANDED: Self = Self(8);
        pub const ULTRA_EXPANDED: Self = Self(9);

        /// The ratio to normal, by the table of usWidthClass in the OpenType specification (OS/2).
        pub(crate) fn ratio(self) -> f32 {
            match self.0 {
                ..=1 => 0.5,
                2 => 0.625,
                3 => 0.75,
                4 => 0.875,
                5 => 1.0,
                6 => 1.125,
                7 => 1.25,
                8 => 1.5,
                9.. => 2.0,
            }
        }
    }

    /// Whether letters lean.
    #[derive(Copy, Clone, PartialEq, Eq, Hash, Default, Debug)]
    pub enum Slant {
        /// They do not.
        #[default]
        Upright,
        /// They lean, and are drawn for it.
        Italic,
        /// Upright letters, leant.
        Oblique,
    }
}

/// Weight, width and slant together; regular, normal and upright by default.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub struct FontStyle {
    pub(crate) weight: font_style::Weight,
    pub(crate) width: font_style::Width,
    pub(crate) slant: font_style::Slant,
}

impl FontStyle {
    /// The style of these three.
    pub fn new(weight: font_style::Weight, width: font_style::Width, slant: font_style::Slant) -> Self {
        Self { weight, width, slant }
    }
}

impl Default for FontStyle {
    fn default() -> Self {
        Self::new(400.into(), font_style::Width::NORMAL, font_style::Slant::Upright)
    }
}

/// Settings of variable fonts.
pub mod font_arguments {
    pub use super::FontArguments;

    /// Values for some of a font's axes.
    #[derive(Copy, Clone, Debug)]
    pub struct VariationPosition<'a> {
        /// The axes and their values.
        pub coordinates: &'a [variation_position::Coordinate],
    }

    /// The parts of a [`VariationPosition`].
    pub mod variation_position {
        use crate::FourByteTag;

        /// One axis and its value.
        #[derive(Copy, Clone, PartialEq, Default, Debug)]
        pub struct Coordinate {
            /// The axis, `wght` for instance.
            pub axis: FourByteTag,
            /// The value in the axis's own units.
            pub value: f32,
        }
    }
}

/// Settings of a variable font.
#[derive(Clone, Debug)]
pub struct FontArguments<'vp, 'p> {
    pub(crate) coordinates: &'vp [font_arguments::variation_position::Coordinate],
    palette: std::marker::PhantomData<&'p ()>,
}

impl<'vp> FontArguments<'vp, '_> {
    /// No settings.
    pub fn new() -> Self {
        Self { coordinates: &[], palette: std::marker::PhantomData }
    }

    /// Sets the axes of `position`; what it does not name stays at the font's default.
    #[must_use]
    pub fn set_variation_design_position(self, position: font_arguments::VariationPosition<'vp>) -> Self {
        Self { coordinates: position.coordinates, ..self }
    }
}

impl Default for FontArguments<'_, '_> {
    fn default() -> Self {
        Self::new()
    }
}

/// A font file in memory. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Typeface {
    pub(crate) data: Blob<u8>,
}

/// A source of fonts: the system's, or those registered with a `TypefaceFontProvider`.
#[derive(Clone, Debug, Default)]
pub struct FontMgr(pub(crate) Option<Provided>);

/// Typefaces and the names they go by besides their own; shared by all clones.
pub(crate) type Provided = Arc<Mutex<Vec<(Typeface, Option<String>)>>>;

impl FontMgr {
    /// The typeface in `bytes`, which are copied. A font collection file brings all its fonts, from which
    /// family and style choose; another index than 0 is therefore refused. None if it is no font.
    pub fn new_from_data(&self, bytes: &[u8], ttc_index: impl Into<Option<usize>>) -> Option<Typeface> {
        if ttc_index.into().unwrap_or(0) != 0 {
            return None;
        }
        let data = Blob::new(Arc::new(bytes.to_vec()));
        let options = parley::fontique::CollectionOptions { shared: false, system_fonts: false };
        let mut probe = parley::fontique::Collection::new(options);
        let found = probe.register_fonts(data.clone(), None);
        (!found.is_empty()).then_some(Typeface { data })
    }
}
