//! The figures of one side of the chain.

use std::rc::Rc;
use std::time::Duration;

use garnish_engine::engine::Reading as EngineReading;
use garnish_engine::meter::{Headroom, Reading as Levels};
use vizia_plug::ink::{Align, Type};
use vizia_plug::param::with_minus;
use vizia_plug::pen::Pen;
use vizia_plug::readout::{Reading, Readout};
use vizia_plug::vizia::prelude::*;

use super::live::{Live, Side};

/// Time from one figure to the next: nobody reads faster.
const EVERY: Duration = Duration::from_millis(100);

/// Loudness below which a meter shows silence: the absolute gate of ITU-R BS.1770-5.
const SILENCE_LUFS: f64 = -70.0;

/// Level below which a meter shows silence: under the noise of 20-bit dither.
const SILENCE_DB: f64 = -120.0;

/// What is shown instead of a figure in silence.
const DASH: &str = "\u{2013}";

/// Heights in logical pixels.
const HEADING: f32 = 20.0;
const MAIN: f32 = 44.0;
const ROW: f32 = 18.0;

/// A figure with its name and unit, as text.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Figure {
    name: &'static str,
    value: String,
    unit: &'static str,
    alarm: bool,
}

impl Figure {
    /// A figure with one decimal, or a dash.
    fn new(name: &'static str, value: Option<f64>, unit: &'static str) -> Self {
        let value = value.filter(|value| value.is_finite()).map_or(DASH.to_owned(), |value| {
            let text = format!("{value:.1}");
            if text == "-0.0" { "0.0".to_owned() } else { with_minus(&text) }
        });
        Self { name, value, unit, alarm: false }
    }

    fn loudness(name: &'static str, lufs: f64) -> Self {
        Self::new(name, Some(lufs).filter(|lufs| *lufs >= SILENCE_LUFS), "LUFS")
    }

    fn level(name: &'static str, db: f64, unit: &'static str) -> Self {
        Self::new(name, Some(db).filter(|db| *db >= SILENCE_DB), unit)
    }
}

fn input(r: &Levels) -> Vec<Figure> {
    let verdict = r.headroom();
    let mix = if r.peak_dbfs() < SILENCE_DB {
        Figure::new("Mix", None, "")
    } else {
        let alarm = matches!(verdict, Headroom::Hot | Headroom::Over | Headroom::Clipped);
        Figure { name: "Mix", value: verdict.name().to_owned(), unit: "", alarm }
    };
    vec![
        mix,
        Figure::level("Peak", r.peak_dbfs(), "dBFS"),
        Figure::loudness("Integrated", r.integrated_lufs),
        Figure::loudness("Short-term", r.short_term_lufs),
    ]
}

fn output(r: &Levels) -> Vec<Figure> {
    let range_lu = Some(r.loudness_range_lu).filter(|_| r.integrated_lufs >= SILENCE_LUFS);
    let psr_db = Some(r.psr_db).filter(|_| r.short_term_lufs >= SILENCE_LUFS);
    vec![
        Figure::loudness("Short-term", r.short_term_lufs),
        Figure::loudness("Integrated", r.integrated_lufs),
        Figure::loudness("Momentary", r.momentary_lufs),
        Figure::new("Range", range_lu, "LU"),
        Figure { alarm: r.peak_dbtp() > 0.0, ..Figure::level("True peak", r.peak_dbtp(), "dBTP") },
        Figure::new("PSR", psr_db, "dB"),
    ]
}

/// The figures of one side, drawn only when a text changes.
pub(super) struct Figures {
    side: Side,
    live: Rc<Live>,
}

impl Figures {
    pub(super) fn build(cx: &mut Context, side: Side, live: &Rc<Live>) {
        let height = match side {
            Side::Output => HEADING + MAIN + 5.0 * ROW,
            Side::Input => HEADING + 4.0 * ROW,
        };
        let figures = Self { side, live: Rc::clone(live) };
        Readout::new(cx, EVERY, figures)
            .role(Role::Status)
            .name(side.name())
            .hoverable(false)
            .width(Stretch(1.0))
            .height(Pixels(height));
    }

    fn of(&self, reading: &EngineReading) -> Vec<Figure> {
        match self.side {
            Side::Input => input(&reading.input),
            Side::Output => output(&reading.output),
        }
    }
}

impl Reading for Figures {
    type Shown = Vec<Figure>;

    fn element(&self) -> &'static str {
        "meter-figures"
    }

    fn read(&mut self, _: Duration, _: f32) -> Vec<Figure> {
        self.live.reading(|reading| self.of(reading))
    }

    fn spoken(&self, figures: &Vec<Figure>) -> Option<String> {
        let each = figures.iter().map(|f| format!("{} {} {}", f.name, f.value, f.unit).trim_end().to_owned());
        Some(each.collect::<Vec<_>>().join(", "))
    }

    fn draw(&self, pen: &Pen, figures: &Vec<Figure>) {
        let (theme, bounds) = (pen.theme(), pen.bounds());
        let heading = BoundingBox { h: pen.px(HEADING - 2.0), ..bounds };
        pen.text(self.side.name(), Type::new(13.0, 650, theme.text), heading, Align::Left);
        let mut row = BoundingBox { y: bounds.y + pen.px(HEADING), h: pen.px(ROW), ..bounds };
        let mut figures = figures.iter();
        if self.side == Side::Output
            && let Some(main) = figures.next()
        {
            pen.text(main.name, Type::new(12.0, 450, theme.dim), heading, Align::Right);
            draw_main(pen, main, BoundingBox { h: pen.px(MAIN), ..row });
            row.y += pen.px(MAIN);
        }
        for figure in figures {
            draw_row(pen, figure, row);
            row.y += row.h;
        }
    }
}

fn draw_main(pen: &Pen, figure: &Figure, area: BoundingBox) {
    let theme = pen.theme();
    let face = Type::new(34.0, 600, theme.text);
    pen.text(&figure.value, face, area, Align::Left);
    let past = pen.width(&figure.value, face) + pen.px(6.0);
    let unit =
        BoundingBox { x: area.x + past, y: area.y + pen.px(8.0), w: area.w - past, h: area.h - pen.px(8.0) };
    pen.text(figure.unit, Type::new(12.0, 450, theme.dim), unit, Align::Left);
}

/// The name at the left; at the right the value, whose digits stand below each other, and the unit in a column of its own.
fn draw_row(pen: &Pen, figure: &Figure, row: BoundingBox) {
    let theme = pen.theme();
    let dim = Type::new(12.0, 450, theme.dim);
    pen.text(figure.name, dim, row, Align::Left);
    let units = pen.px(38.0);
    let unit = BoundingBox { x: row.right() - units + pen.px(5.0), w: units - pen.px(5.0), ..row };
    pen.text(figure.unit, dim, unit, Align::Left);
    let value = BoundingBox { w: row.w - if figure.unit.is_empty() { 0.0 } else { units }, ..row };
    let face = Type::new(12.0, 600, if figure.alarm { theme.warning } else { theme.text });
    pen.text(&figure.value, face, value, Align::Right);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(figure: &Figure) -> &str {
        &figure.value
    }

    #[test]
    fn silence_is_a_dash_and_never_a_figure() {
        for lufs in [f64::NEG_INFINITY, -2236.8, -70.1, f64::NAN] {
            assert_eq!(value(&Figure::loudness("", lufs)), DASH, "{lufs}");
        }
        for db in [f64::NEG_INFINITY, -600.0, -120.1, f64::NAN] {
            assert_eq!(value(&Figure::level("", db, "dBTP")), DASH, "{db}");
        }
        assert_eq!(value(&Figure::loudness("", -70.0)), "\u{2212}70.0");
        assert_eq!(value(&Figure::level("", -120.0, "dBTP")), "\u{2212}120.0");
        assert_eq!(value(&Figure::level("", -0.04, "dBTP")), "0.0", "zero has no sign");
    }

    #[test]
    fn what_is_derived_from_silence_is_a_dash_too() {
        let silent =
            Levels { momentary_lufs: -2236.8, psr_db: 12.0, loudness_range_lu: 3.0, ..Levels::default() };
        assert!(output(&silent).iter().chain(&input(&silent)).all(|figure| figure.value == DASH));
    }
}
