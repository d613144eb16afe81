//! A scene of the size and density of the editor: 1120x720 logical pixels.

use super::{color, paragraph, solid, text_style};
use skia_safe::gradient_shader::{Gradient, GradientColors, Interpolation};
use skia_safe::textlayout::{FontCollection, Paragraph, ParagraphStyle, TextAlign};
use skia_safe::{
    BlurStyle, Canvas, ClipOp, Color4f, MaskFilter, Paint, PaintCap, PaintStyle, PathBuilder, Point, RRect,
    Rect, TileMode, Vector, shaders,
};

pub const WIDTH: f32 = 1120.0;
pub const HEIGHT: f32 = 720.0;

/// The scene, its text laid out.
pub struct Scene {
    pub scale: f32,
    texts: Vec<(Paragraph, f32, f32)>,
    spectrum: Vec<f32>,
}

struct Panel {
    rect: [f32; 4],
    radius: f32,
    shadow: bool,
    fill: u32,
}

const TILES: [&str; 8] =
    ["Input", "Equaliser", "Multiband", "Saturator", "Stereo", "Limiter", "Dither", "Output"];
const READINGS: [(&str, &str); 9] = [
    ("Integrated", "−14.1 LUFS"),
    ("Momentary, max", "−10.9 LUFS"),
    ("Range", "5.2 LU"),
    ("True peak, max", "−1.00 dBTP"),
    ("PSR · PLR", "12.6 · 13.1"),
    ("Correlation", "+0.71"),
    ("Width", "0.62"),
    ("Balance", "0.1 R"),
    ("Sync", "Song"),
];

fn panels() -> Vec<Panel> {
    let panel = |x: f32, y: f32, w: f32, h: f32, radius: f32, shadow: bool, fill: u32| Panel {
        rect: [x, y, w, h],
        radius,
        shadow,
        fill,
    };
    let mut all = vec![
        panel(14.0, 175.0, 824.0, 348.0, 8.0, false, 0x10_1216),
        panel(14.0, 531.0, 824.0, 50.0, 8.0, true, 0x1b_1e24),
        panel(865.0, 205.0, 243.0, 87.0, 8.0, true, 0x1b_1e24),
        panel(865.0, 431.0, 243.0, 50.0, 8.0, true, 0x1b_1e24),
        panel(865.0, 489.0, 243.0, 90.0, 8.0, true, 0x1b_1e24),
        panel(14.0, 601.0, 150.0, 56.0, 8.0, true, 0x1b_1e24),
        panel(178.0, 628.0, 674.0, 54.0, 6.0, false, 0x10_1216),
    ];
    for i in 0..8_u8 {
        all.push(panel(17.0 + 137.0 * f32::from(i), 52.0, 128.0, 67.0, 8.0, true, 0x1b_1e24));
    }
    for i in 0..14_u8 {
        all.push(panel(84.0 + 72.0 * f32::from(i), 7.0, 64.0, 29.0, 6.0, false, 0x23_272f));
    }
    for i in 0..8_u8 {
        all.push(panel(84.0 + 92.0 * f32::from(i), 138.0, 84.0, 28.0, 6.0, false, 0x23_272f));
    }
    all
}

impl Scene {
    pub fn new(fonts: &FontCollection, scale: f32) -> Self {
        let mut scene = Self { scale, texts: Vec::new(), spectrum: spectrum() };
        let mut add = |content: &str, x: f32, y: f32, size: f32, weight: i32, rgb: u32, right: bool| {
            let mut style = ParagraphStyle::default();
            style.set_text_align(if right { TextAlign::Right } else { TextAlign::Left });
            let mut p = paragraph(fonts, &style, &text_style(size * scale, weight, rgb), content);
            p.layout(150.0 * scale);
            scene.texts.push((p, x, y));
        };
        add("Garnish", 14.0, 12.0, 15.0, 650, 0xe8_eaee, false);
        add("3.1 ms · 149 smp   Engine 1.2 %", 672.0, 14.0, 12.0, 400, 0x98_a1ad, false);
        for (i, name) in (0_u8..).zip(TILES) {
            let x = 27.0 + 137.0 * f32::from(i);
            add(name, x, 58.0, 12.0, 600, 0xe8_eaee, false);
            add("Tape · 3.0 dB", x, 98.0, 10.5, 400, 0x98_a1ad, false);
        }
        for i in 0..14_u8 {
            add("Button", 94.0 + 72.0 * f32::from(i), 14.0, 12.0, 500, 0xe8_eaee, false);
        }
        for i in 0..8_u8 {
            add("Zero latency", 92.0 + 92.0 * f32::from(i), 145.0, 12.0, 400, 0xe8_eaee, false);
        }
        add("−13.6", 865.0, 158.0, 34.0, 600, 0xe8_eaee, false);
        for (i, (name, value)) in (0_u8..).zip(READINGS) {
            let y = 300.0 + 16.0 * f32::from(i);
            add(name, 865.0, y, 12.0, 400, 0x98_a1ad, false);
            add(value, 958.0, y, 12.0, 600, 0xe8_eaee, true);
        }
        for (i, hz) in (0_u8..).zip(["20", "50", "100", "200", "500", "1k", "2k", "5k", "10k"]) {
            add(hz, 40.0 + 90.0 * f32::from(i), 505.0, 10.5, 400, 0x98_a1ad, false);
        }
        for (i, name) in (0_u8..).zip(["Frequency", "Gain", "Q", "Dynamics", "Threshold"]) {
            let x = 119.0 + 139.0 * f32::from(i);
            add("3.20 kHz", x, 540.0, 12.0, 500, 0xe8_eaee, false);
            add(name, x, 559.0, 10.5, 400, 0x98_a1ad, false);
        }
        add("Spotify will turn this down by 0 dB.", 876.0, 440.0, 12.0, 400, 0xe8_eaee, false);
        add("The reference has 3.1 dB more at 60–120 Hz.", 865.0, 690.0, 10.5, 400, 0x98_a1ad, false);
        for i in 0..12_u8 {
            let (column, row) = (f32::from(i % 3), f32::from(i / 3));
            add("−14.4 LUFS", 865.0 + 80.0 * column, 600.0 + 18.0 * row, 12.0, 500, 0xe8_eaee, false);
        }
        scene
    }

    /// Everything; `phase` moves what moves.
    pub fn draw(&self, canvas: &Canvas, phase: f32) {
        canvas.clear(color(0x14_161a));
        canvas.save();
        canvas.scale((self.scale, self.scale));
        let hairline = solid(0x2e_333d);
        for y in [43.0, 127.0, 588.0] {
            canvas.draw_rect(Rect::new(0.0, y, WIDTH, y + 1.0), &hairline);
        }
        canvas.draw_rect(Rect::new(852.0, 128.0, 853.0, 588.0), &hairline);
        for panel in panels() {
            draw_panel(canvas, &panel);
        }
        self.draw_plot(canvas, phase);
        draw_knobs(canvas);
        self.draw_wave(canvas);
        draw_meters(canvas, phase);
        canvas.restore();
        for (text, x, y) in &self.texts {
            text.paint(canvas, ((x * self.scale).round(), (y * self.scale).round()));
        }
    }

    /// The analyser and the curve over it.
    pub fn draw_plot(&self, canvas: &Canvas, phase: f32) {
        canvas.save();
        canvas.clip_path(&rounded([15.0, 176.0, 822.0, 346.0], 7.0), ClipOp::Intersect, true);
        let faint = solid(0x20_242b);
        for i in 0..9_u8 {
            let (x, y) = (45.0 + 96.0 * f32::from(i), 218.0 + 43.0 * f32::from(i));
            canvas.draw_rect(Rect::new(x, 176.0, x + 1.0, 522.0), &faint);
            canvas.draw_rect(Rect::new(15.0, y, 837.0, y + 1.0), &faint);
        }
        let (mut area, mut line, mut curve) = (PathBuilder::new(), PathBuilder::new(), PathBuilder::new());
        area.move_to((15.0, 522.0));
        for (i, level) in (0_u16..).zip(&self.spectrum) {
            let x = 15.0 + 822.0 * f32::from(i) / 411.0;
            let y = 300.0 + level * (1.0 + 0.2 * phase.sin());
            area.line_to((x, y));
            let other = (x, y + 12.0 * (x / 40.0 + phase).sin());
            let master = (x, 360.0 - 40.0 * (x / 150.0).sin());
            if i == 0 {
                line.move_to(other);
                curve.move_to(master);
            } else {
                line.line_to(other);
                curve.line_to(master);
            }
        }
        area.line_to((837.0, 522.0)).close();
        canvas.draw_path(&area.detach(), &fade(176.0, 522.0, [0x60_3a404b, 0x20_3a404b]));
        canvas.draw_path(&line.detach(), &stroke(0x62_cfc4, 1.5));
        canvas.draw_path(&curve.detach(), &stroke(0xf0_b24a, 2.0));
        canvas.restore();
        for (i, hue) in (0_u8..).zip([0x8a_a0b8, 0xf0_b24a, 0xd9_8ad0, 0x7c_c7f2, 0x9a_df8f]) {
            let mut dot = PathBuilder::new();
            dot.add_circle((70.0 + 160.0 * f32::from(i), 380.0), 8.0, None);
            let dot = dot.detach();
            canvas.draw_path(&dot, &solid(hue));
            canvas.draw_path(&dot, &stroke(0x10_1216, 2.0));
        }
    }

    fn draw_wave(&self, canvas: &Canvas) {
        let mut wave = PathBuilder::new();
        for (i, level) in (0_u16..).zip(self.spectrum.iter().cycle().take(670)) {
            let x = 180.0 + f32::from(i);
            wave.move_to((x, 655.0 - level * 0.12)).line_to((x, 655.0 + level * 0.12));
        }
        canvas.draw_path(&wave.detach(), &stroke(0x62_cfc4, 1.0));
    }
}

/// The bars that move sixty times a second.
pub fn draw_meters(canvas: &Canvas, phase: f32) {
    for i in 0..2_u8 {
        let y = 389.0 + 10.0 * f32::from(i);
        canvas.draw_path(&rounded([865.0, y, 243.0, 6.0], 3.0), &solid(0x23_272f));
        let width = 200.0 + 30.0 * (phase + f32::from(i)).sin();
        canvas.draw_path(&rounded([865.0, y, width, 6.0], 3.0), &across(865.0, 1108.0));
    }
}

fn draw_knobs(canvas: &Canvas) {
    for i in 0..5_u8 {
        let (x, y) = (92.0 + 139.0 * f32::from(i), 555.0);
        let mut disc = PathBuilder::new();
        disc.add_circle((x, y), 13.0, None);
        canvas.draw_path(&disc.detach(), &solid(0x23_272f));
        let oval = Rect::new(x - 15.0, y - 15.0, x + 15.0, y + 15.0);
        let mut paint = stroke(0x7c_c7f2, 2.5);
        paint.set_stroke_cap(PaintCap::Round);
        canvas.draw_arc(oval, 150.0, 140.0, false, &paint);
        let mut tick = PathBuilder::new();
        tick.move_to((x, y)).line_to((x + 6.0, y - 8.0));
        canvas.draw_path(&tick.detach(), &paint);
    }
}

fn draw_panel(canvas: &Canvas, panel: &Panel) {
    let [x, y, w, h] = panel.rect;
    let path = rounded(panel.rect, panel.radius);
    if panel.shadow {
        canvas.save();
        canvas.clip_path(&path, ClipOp::Difference, true);
        let mut paint = solid(0x60_000000);
        paint.set_mask_filter(MaskFilter::blur(BlurStyle::Normal, 6.0, true));
        canvas.draw_path(&path.make_offset((0.0, 3.0)), &paint);
        canvas.restore();
    }
    canvas.draw_path(&path, &solid(panel.fill));
    let inner = rounded([x + 0.5, y + 0.5, w - 1.0, h - 1.0], panel.radius - 0.5);
    canvas.draw_path(&inner, &stroke(0x2e_333d, 1.0));
}

pub fn rounded([x, y, w, h]: [f32; 4], radius: f32) -> skia_safe::Path {
    let rrect = RRect::new_rect_radii(Rect::new(x, y, x + w, y + h), &[Vector::new(radius, radius); 4]);
    let mut path = PathBuilder::new();
    path.add_rrect(rrect, None, None);
    path.detach()
}

pub fn stroke(rgb: u32, width: f32) -> Paint {
    let mut paint = solid(rgb);
    paint.set_style(PaintStyle::Stroke).set_stroke_width(width);
    paint
}

fn gradient(from: Point, to: Point, stops: &[u32]) -> Paint {
    let colors: Vec<Color4f> = stops.iter().map(|c| color(*c).into()).collect();
    let gradient =
        Gradient::new(GradientColors::new(&colors, None, TileMode::Clamp, None), Interpolation::default());
    let mut paint = solid(0);
    paint.set_shader(shaders::linear_gradient((from, to), &gradient, None));
    paint
}

pub fn fade(top: f32, bottom: f32, stops: [u32; 2]) -> Paint {
    gradient(Point::new(0.0, top), Point::new(0.0, bottom), &stops)
}

pub fn across(left: f32, right: f32) -> Paint {
    let stops = [0x54_b86a, 0x54_b86a, 0xe8_d24a, 0xf2_786b];
    gradient(Point::new(left, 0.0), Point::new(right, 0.0), &stops)
}

/// A jagged line like an analyser's, the same every time.
fn spectrum() -> Vec<f32> {
    let mut seed = 12_345_u32;
    let mut noise = || {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        f32::from(u16::try_from(seed >> 16).unwrap_or(0)) / 65_536.0
    };
    (0_u16..412).map(|i| 60.0 * (f32::from(i) / 50.0).sin() + 40.0 * noise() - 20.0).collect()
}
