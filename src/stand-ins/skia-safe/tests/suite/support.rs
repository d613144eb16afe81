//! What the tests and benches share: a font, text, pictures to files, and a scene like an editor's.

#![allow(
    dead_code,
    missing_docs,
    clippy::missing_panics_doc,
    clippy::panic,
    clippy::doc_markdown,
    clippy::manual_checked_ops,
    reason = "each test uses some of this; a panic is its failure"
)]

#[path = "support/scene.rs"]
pub mod scene;

use skia_safe::textlayout::{
    FontCollection, Paragraph, ParagraphBuilder, ParagraphStyle, TextStyle, TypefaceFontProvider,
};
use skia_safe::{Canvas, Color, FontMgr, FontStyle, Paint, Surface, font_style, raster};
use std::path::{Path, PathBuf};

/// The font the application brings; without it, text tests would depend on the machine.
pub fn inter() -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../plugin-assets/fonts/Inter.ttf");
    std::fs::read(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

/// Inter and nothing else.
pub fn fonts() -> FontCollection {
    let mut provider = TypefaceFontProvider::new();
    provider.register_typeface(FontMgr::default().new_from_data(&inter(), None).expect("a font"), None);
    let mut fonts = FontCollection::new();
    fonts.set_asset_font_manager(FontMgr::from(provider));
    fonts
}

pub fn color(rgb: u32) -> Color {
    let [a, r, g, b] = rgb.to_be_bytes();
    Color::from_argb(if a == 0 { 255 } else { a }, r, g, b)
}

pub fn solid(rgb: u32) -> Paint {
    let mut paint = Paint::default();
    paint.set_color(color(rgb)).set_anti_alias(true);
    paint
}

pub fn text_style(size: f32, weight: i32, rgb: u32) -> TextStyle {
    let mut style = TextStyle::new();
    style
        .set_font_families(&["Inter"])
        .set_font_size(size)
        .set_font_style(FontStyle::new(weight.into(), font_style::Width::NORMAL, font_style::Slant::Upright))
        .set_foreground_paint(&solid(rgb));
    style
}

pub fn paragraph(
    fonts: &FontCollection,
    style: &ParagraphStyle,
    text: &TextStyle,
    content: &str,
) -> Paragraph {
    let mut builder = ParagraphBuilder::new(style, fonts);
    builder.push_style(text).add_text(content);
    builder.build()
}

/// Draws on a fresh opaque surface and gives its pixels.
pub fn draw(width: u16, height: u16, background: u32, draw: impl FnOnce(&Canvas)) -> Picture {
    let mut surface = raster::surface(width, height).expect("a surface");
    surface.canvas().clear(color(background));
    draw(surface.canvas());
    Picture::of(&mut surface)
}

/// Premultiplied RGBA pixels.
#[derive(Clone, PartialEq)]
pub struct Picture {
    pub width: usize,
    pub height: usize,
    pub pixels: Vec<u8>,
}

impl Picture {
    pub fn of(surface: &mut Surface) -> Self {
        let frame = raster::render(surface);
        Self { width: frame.width, height: frame.height, pixels: frame.pixels.to_vec() }
    }

    pub fn at(&self, x: usize, y: usize) -> [u8; 4] {
        let i = (y * self.width + x) * 4;
        [self.pixels[i], self.pixels[i + 1], self.pixels[i + 2], self.pixels[i + 3]]
    }

    /// The greatest difference of any channel, and where.
    pub fn greatest_difference(&self, other: &Self) -> (u8, usize, usize) {
        assert_eq!((self.width, self.height), (other.width, other.height));
        let mut worst = (0, 0, 0);
        for (i, (a, b)) in self.pixels.iter().zip(&other.pixels).enumerate() {
            if a.abs_diff(*b) > worst.0 {
                worst = (a.abs_diff(*b), i / 4 % self.width, i / 4 / self.width);
            }
        }
        worst
    }

    pub fn save(&self, path: &Path) {
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder).expect("a folder");
        }
        let file = std::fs::File::create(path).expect("a file");
        let (w, h) = (u32::try_from(self.width).expect("small"), u32::try_from(self.height).expect("small"));
        let mut encoder = png::Encoder::new(std::io::BufWriter::new(file), w, h);
        encoder.set_color(png::ColorType::Rgba);
        encoder.set_depth(png::BitDepth::Eight);
        let straight: Vec<u8> = self.pixels.chunks_exact(4).flat_map(unpremultiplied).collect();
        encoder.write_header().and_then(|mut w| w.write_image_data(&straight)).expect("written");
    }

    pub fn load(path: &Path) -> Option<Self> {
        let decoder = png::Decoder::new(std::io::BufReader::new(std::fs::File::open(path).ok()?));
        let mut reader = decoder.read_info().ok()?;
        let mut pixels = vec![0; reader.output_buffer_size()?];
        let info = reader.next_frame(&mut pixels).ok()?;
        for p in pixels.chunks_exact_mut(4) {
            let a = u16::from(p[3]);
            p[..3].iter_mut().for_each(|v| *v = u8::try_from((u16::from(*v) * a + 127) / 255).unwrap_or(255));
        }
        Some(Self { width: info.width as usize, height: info.height as usize, pixels })
    }
}

fn unpremultiplied(p: &[u8]) -> [u8; 4] {
    let a = u16::from(p[3]);
    let v = |c: u8| if a == 0 { 0 } else { u8::try_from((u16::from(c) * 255 + a / 2) / a).unwrap_or(255) };
    [v(p[0]), v(p[1]), v(p[2]), p[3]]
}

/// Compares with the golden picture `name`; with SKIA_GOLDENS=write, makes it anew and writes beside the build
/// what differed. A golden may differ by 3 in each channel, and by more in one pixel of ten thousand: another
/// processor's SIMD rounds otherwise.
pub fn compare_with_golden(name: &str, picture: &Picture) {
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/goldens").join(format!("{name}.png"));
    let out = out_folder();
    let known = Picture::load(&golden);
    let difference = known.as_ref().map(|k| difference(k, picture));
    if let Some(d) = &difference {
        d.0.save(&out.join(format!("{name}.difference.png")));
    }
    picture.save(&out.join(format!("{name}.png")));
    if std::env::var_os("SKIA_GOLDENS").is_some_and(|v| v == "write") {
        picture.save(&golden);
        return;
    }
    let Some((_, far)) = difference else { panic!("no golden {name}: write it with SKIA_GOLDENS=write") };
    let allowed = picture.width * picture.height / 10_000;
    assert!(
        far <= allowed,
        "{name}: {far} pixels differ by more than 3, {allowed} may; see {name}.png and {name}.difference.png in {}",
        out.display()
    );
}

pub fn out_folder() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("pictures")
}

/// The difference, eight times as strong on grey; and how many pixels differ by more than 3.
fn difference(a: &Picture, b: &Picture) -> (Picture, usize) {
    if (a.width, a.height) != (b.width, b.height) {
        return (b.clone(), b.width * b.height);
    }
    let mut out = a.clone();
    let mut far = 0;
    for ((p, q), o) in
        a.pixels.chunks_exact(4).zip(b.pixels.chunks_exact(4)).zip(out.pixels.chunks_exact_mut(4))
    {
        far += usize::from(p.iter().zip(q).any(|(x, y)| x.abs_diff(*y) > 3));
        for c in 0..3 {
            let d = (i16::from(q[c]) - i16::from(p[c])) * 8 + 128;
            o[c] = u8::try_from(d.clamp(0, 255)).unwrap_or(0);
        }
        o[3] = 255;
    }
    (out, far)
}

/// Returns true if each channel is as expected, to within `by` of 255.
pub fn near(got: [u8; 4], expected: [f32; 4], by: f32) -> bool {
    got.iter().zip(expected).all(|(g, e)| (f32::from(*g) - e).abs() <= by)
}
