//! The gain reduction of each module.

use std::rc::Rc;
use std::time::Duration;

use vizia_plug::ink::{Align, Type};
use vizia_plug::pen::Pen;
use vizia_plug::readout::{Reading, Readout};
use vizia_plug::vizia::prelude::*;

use super::live::Live;

/// Time from one reading to the next; peaks between are not lost.
const EVERY: Duration = Duration::from_millis(33);

/// Gain reduction that fills a bar, in dB.
const FULL_DB: f64 = 12.0;

/// The modules that reduce gain.
const MODULES: [&str; 3] = ["Multiband", "Saturator", "Limiter"];

/// Heights in logical pixels.
const HEADING: f32 = 20.0;
const ROW: f32 = 18.0;

/// A bar and a figure for each module.
pub(super) struct GainReduction {
    live: Rc<Live>,
    /// What was read last, in tenths of a dB; it stands while there is no news.
    tenths: [i32; 3],
}

impl GainReduction {
    pub(super) fn build(cx: &mut Context, live: &Rc<Live>) {
        Readout::new(cx, EVERY, Self { live: Rc::clone(live), tenths: [0; 3] })
            .role(Role::Meter)
            .name("Gain reduction")
            .hoverable(false)
            .width(Stretch(1.0))
            .height(Pixels(HEADING + 3.0 * ROW));
    }
}

impl Reading for GainReduction {
    type Shown = [i32; 3];

    fn element(&self) -> &'static str {
        "meter-reductions"
    }

    fn read(&mut self, _: Duration, _: f32) -> [i32; 3] {
        if let Some(reduced) = self.live.take_reductions() {
            #[expect(clippy::cast_possible_truncation, reason = "a saturating cast of a level")]
            let tenths = |db: f64| (db * 10.0).round() as i32;
            self.tenths = [reduced.multiband_db, reduced.saturator_db, reduced.limiter_db].map(tenths);
        }
        self.tenths
    }

    fn spoken(&self, tenths: &[i32; 3]) -> Option<String> {
        let each =
            MODULES.iter().zip(tenths).map(|(name, db)| format!("{name} {:.1} dB", f64::from(*db) / 10.0));
        Some(each.collect::<Vec<_>>().join(", "))
    }

    fn draw(&self, pen: &Pen, tenths: &[i32; 3]) {
        let (theme, bounds) = (pen.theme(), pen.bounds());
        let heading = BoundingBox { h: pen.px(HEADING - 2.0), ..bounds };
        let dim = Type::new(12.0, 450, theme.dim);
        pen.text("Gain reduction", Type::new(13.0, 650, theme.text), heading, Align::Left);
        pen.text("dB", dim, heading, Align::Right);
        let mut row = BoundingBox { y: bounds.y + pen.px(HEADING), h: pen.px(ROW), ..bounds };
        for (name, tenths) in MODULES.into_iter().zip(tenths) {
            let reduction_db = f64::from(*tenths) / 10.0;
            pen.text(name, dim, row, Align::Left);
            pen.text(&format!("{reduction_db:.1}"), Type::new(12.0, 600, theme.text), row, Align::Right);
            let (x, right) = (row.x + pen.px(72.0), row.right() - pen.px(40.0));
            let height = pen.px(6.0);
            let bar =
                BoundingBox { x, y: row.y + (row.h - height) / 2.0, w: (right - x).max(0.0), h: height };
            pen.fill(bar, 3.0, theme.raised);
            #[expect(clippy::cast_possible_truncation, reason = "pixels")]
            let part = (reduction_db / FULL_DB).clamp(0.0, 1.0) as f32;
            pen.fill(BoundingBox { w: bar.w * part, ..bar }, 3.0, theme.warning);
            row.y += row.h;
        }
    }
}
