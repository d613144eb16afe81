//! A peak meter.

use std::time::Duration;

use vizia::prelude::*;
use vizia::vg;

use crate::ink::{Align, Type};
use crate::pen::Pen;
use crate::readout::{Reading, Readout};
use crate::theme::Theme;

/// Fall of the bar in dB/s, 20 dB in 1.7 s: IEC 60268-18 (peak programme level meters - digital audio peak level meter).
const FALL_DB_PER_S: f32 = 20.0 / 1.7;
/// Time for which the highest peak stays marked.
const HOLD: Duration = Duration::from_millis(1500);

/// Peaks since the last call, in dB relative to full scale; one per channel.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Levels {
    /// Left and right.
    pub peak_db: [f32; 2],
}

/// Two horizontal bars with a scale. It reads its source once a tick and redraws only when a pixel would change.
pub struct PeakMeter {
    source: Box<dyn Fn() -> Levels>,
    floor_db: f32,
    bars: [Bar; 2],
}

#[derive(Debug, Clone, Copy)]
struct Bar {
    db: f32,
    held_db: f32,
    held_for: Duration,
}

impl PeakMeter {
    /// A meter from `floor_db` to 0 dB; `source` gives the peaks since it was last asked.
    #[allow(clippy::new_ret_no_self, reason = "vizia's views return their handle")]
    pub fn new(
        cx: &mut Context,
        floor_db: f32,
        source: impl Fn() -> Levels + 'static,
    ) -> Handle<'_, Readout<Self>> {
        let bar = Bar { db: floor_db, held_db: floor_db, held_for: Duration::ZERO };
        let meter = Self { source: Box::new(source), floor_db, bars: [bar; 2] };
        Readout::new(cx, Duration::ZERO, meter).role(Role::Meter).name("Peak level")
    }

    fn advance(&mut self, elapsed: Duration) {
        let levels = (self.source)();
        for (bar, peak) in self.bars.iter_mut().zip(levels.peak_db) {
            let peak = if peak.is_nan() { self.floor_db } else { peak };
            let fallen = bar.db - FALL_DB_PER_S * elapsed.as_secs_f32();
            bar.db = peak.max(fallen).clamp(self.floor_db, 0.0);
            bar.held_for += elapsed;
            if bar.db >= bar.held_db || bar.held_for > HOLD {
                (bar.held_db, bar.held_for) = (bar.db, Duration::ZERO);
            }
        }
    }

    fn position(&self, db: f32) -> f32 {
        (1.0 - db / self.floor_db).clamp(0.0, 1.0)
    }

    /// Returns the lengths of bars and marks in whole pixels.
    fn pixels(&self, width: f32) -> Vec<i32> {
        #[allow(clippy::cast_possible_truncation, reason = "pixel positions")]
        let pixel = |db: f32| (self.position(db) * width).round() as i32;
        self.bars.iter().flat_map(|bar| [pixel(bar.db), pixel(bar.held_db)]).collect()
    }

    fn draw_bar(&self, pen: &Pen, bar: Bar, area: BoundingBox) {
        pen.fill(area, 2.0, pen.theme().raised);
        let lit = BoundingBox { w: (area.w * self.position(bar.db)).round(), ..area };
        if lit.w >= 1.0 {
            let canvas = pen.canvas();
            canvas.save();
            canvas.clip_rect(vg::Rect::from(lit), vg::ClipOp::Intersect, false);
            pen.fill_with(area, 2.0, &colours(pen.theme(), area, |db| self.position(db)));
            canvas.restore();
        }
        if bar.held_db > self.floor_db {
            let x = (area.x + area.w * self.position(bar.held_db)).round() - pen.px(1.0);
            pen.fill(BoundingBox { x, w: pen.px(1.5), ..area }, 0.0, pen.theme().text);
        }
    }
}

impl Reading for PeakMeter {
    type Shown = Vec<i32>;

    fn element(&self) -> &'static str {
        "peak-meter"
    }

    fn read(&mut self, elapsed: Duration, width: f32) -> Vec<i32> {
        self.advance(elapsed);
        self.pixels(width)
    }

    fn spoken(&self, _: &Vec<i32>) -> Option<String> {
        None
    }

    fn draw(&self, pen: &Pen, _: &Vec<i32>) {
        let bounds = pen.bounds();
        let (thick, gap) = (pen.px(6.0), pen.px(3.0));
        let mut area = BoundingBox { h: thick, ..bounds };
        for bar in self.bars {
            self.draw_bar(pen, bar, area);
            area.y += thick + gap;
        }
        let face = Type::new(10.0, 450, pen.theme().dim);
        let scale = BoundingBox { y: area.y, h: bounds.bottom() - area.y, ..bounds };
        for step in 0..=4_u8 {
            let fraction = f32::from(step) / 4.0;
            let text = format!("{:.0}", self.floor_db * (1.0 - fraction)).replace('-', "−");
            let width = pen.px(30.0);
            let (x, align) = match step {
                0 => (bounds.x, Align::Left),
                4 => (bounds.right() - width, Align::Right),
                _ => (bounds.x + bounds.w * fraction - width / 2.0, Align::Centre),
            };
            pen.text(
                if text == "−0" { "0" } else { &text },
                face,
                BoundingBox { x, w: width, ..scale },
                align,
            );
        }
    }
}

/// The bar's colours along its length: good up to -12 dB, then towards the accent at -5 dB and the warning at 0 dB.
fn colours(theme: &Theme, area: BoundingBox, position: impl Fn(f32) -> f32) -> vg::Paint {
    let stops = [(-60.0, theme.good), (-12.0, theme.good), (-5.0, theme.accent), (0.0, theme.warning)];
    let offsets: Vec<f32> = stops.iter().map(|(db, _)| position(*db)).collect();
    let shades: Vec<vg::Color4f> = stops.iter().map(|(_, colour)| vg::Color::from(*colour).into()).collect();
    let shades = vg::gradient_shader::GradientColors::new(&shades, Some(&offsets), vg::TileMode::Clamp, None);
    let gradient = vg::gradient_shader::Gradient::new(shades, vg::gradient_shader::Interpolation::default());
    let ends = (vg::Point::new(area.x, area.y), vg::Point::new(area.right(), area.y));
    let mut paint = vg::Paint::default();
    paint.set_anti_alias(true);
    paint.set_shader(vg::shaders::linear_gradient(ends, &gradient, None));
    paint
}
