//! Colours: packed 8-bit ARGB and unpremultiplied floats.

/// A packed, unpremultiplied ARGB colour, 8 bits a channel.
#[derive(Copy, Clone, PartialEq, Eq, Default, Debug)]
#[repr(transparent)]
pub struct Color(u32);

impl Color {
    /// The colour of these components.
    pub const fn from_argb(a: u8, r: u8, g: u8, b: u8) -> Color {
        Color(u32::from_be_bytes([a, r, g, b]))
    }

    /// Alpha, red, green, blue.
    pub(crate) const fn argb(self) -> [u8; 4] {
        self.0.to_be_bytes()
    }
}

/// An unpremultiplied colour in floats, nominally 0 to 1.
#[derive(Copy, Clone, PartialEq, Default, Debug)]
pub struct Color4f {
    /// Red.
    pub r: f32,
    /// Green.
    pub g: f32,
    /// Blue.
    pub b: f32,
    /// Alpha.
    pub a: f32,
}

impl Color4f {
    pub(crate) const BLACK: Color4f = Color4f { r: 0.0, g: 0.0, b: 0.0, a: 1.0 };

    /// The nearest colour a raster can hold: components in 0 to 1, NaN as 0.
    pub(crate) fn sane(self) -> Self {
        let clamp = |v: f32| if v.is_nan() { 0.0 } else { v.clamp(0.0, 1.0) };
        Self { r: clamp(self.r), g: clamp(self.g), b: clamp(self.b), a: clamp(self.a) }
    }

    /// As vello wants it.
    pub(crate) fn to_vello(self) -> vello_cpu::color::AlphaColor<vello_cpu::color::Srgb> {
        let c = self.sane();
        vello_cpu::color::AlphaColor::new([c.r, c.g, c.b, c.a])
    }
}

impl From<Color> for Color4f {
    fn from(color: Color) -> Self {
        let [a, r, g, b] = color.argb().map(|v| f32::from(v) / 255.0);
        Self { r, g, b, a }
    }
}
