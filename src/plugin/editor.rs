//! The editor: the meters of input, output and gain reduction above a page for every parameter.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use garnish_engine::WindowEnd;
use garnish_engine::engine::Reading;
use garnish_engine::meter::{Headroom, Reductions as Reduced};
use vizia_plug::ink::{Align, Type};
use vizia_plug::pen::Pen;
use vizia_plug::vizia::prelude::*;
use vizia_plug::widgets::{Levels, PeakMeter};
use vizia_plug::{EditorSize, Frame, PlugEditor, Session, Spec, generic};

use crate::HostParams;

/// The engine's window end. It belongs to the plugin and is lent to whichever editor is open: the audio thread never
/// touches this lock.
pub type Shared = Arc<Mutex<WindowEnd>>;

/// Lowest level on the peak meters, in dB.
const FLOOR_DB: f32 = -60.0;

/// From one figure to the next: faster, nobody reads it.
const FIGURES_EVERY: Duration = Duration::from_millis(100);

/// From one gain reduction to the next; peaks between are not lost.
const REDUCTIONS_EVERY: Duration = Duration::from_millis(33);

/// Gain reduction that fills a bar, in dB.
const FULL_REDUCTION_DB: f64 = 12.0;

/// The plugin's editor: 1120 by 720 logical pixels, freely resizable.
pub(crate) fn editor(title: &str, params: Arc<HostParams>, engine: Shared) -> PlugEditor {
    let size = EditorSize::new((1120.0, 720.0), (480.0, 360.0), (2400.0, 1600.0));
    PlugEditor::new(title, spec(params, engine), Arc::new(size))
}

/// What the editor shows.
pub fn spec(params: Arc<HostParams>, engine: Shared) -> Spec {
    Spec::new(Some(params), move |cx| content(cx, &engine))
}

fn content(cx: &mut Context, engine: &Shared) {
    let live = Rc::new(Live::new(Arc::clone(engine)));
    VStack::new(cx, |cx| {
        HStack::new(cx, |cx| {
            card(cx, Side::Input, &live).width(Stretch(4.0));
            card(cx, Side::Output, &live).width(Stretch(6.0));
            Reductions::new(cx, &live).width(Stretch(3.0));
            buttons(cx, engine);
        })
        .height(Pixels(104.0))
        .padding(Pixels(8.0))
        .padding_bottom(Pixels(0.0))
        .gap(Pixels(8.0));
        generic::content(cx);
    })
    .size(Stretch(1.0));
}

/// Lets something happen not at every tick; the first time at once.
struct Pace {
    every: Duration,
    since: Duration,
}

impl Pace {
    fn new(every: Duration) -> Self {
        Self { every, since: every }
    }

    fn is_due(&mut self, elapsed: Duration) -> bool {
        self.since += elapsed;
        let due = self.since >= self.every;
        if due {
            self.since = Duration::ZERO;
        }
        due
    }
}

/// The latest reading, fetched at most once a tick whoever asks, and the peaks that each meter has not shown yet.
struct Live {
    engine: Shared,
    reading: RefCell<Reading>,
    peaks_db: Cell<[[f64; 2]; 2]>,
    /// The greatest gain reductions that were not shown yet.
    reductions: Cell<Option<Reduced>>,
}

impl Live {
    fn new(engine: Shared) -> Self {
        // peaks of the time without a window are over: they are not taken into `peaks_db`
        let reading = RefCell::new(with(&engine, |engine| engine.readings.latest()));
        Self { engine, reading, peaks_db: Cell::new([SILENCE_DB; 2]), reductions: Cell::new(None) }
    }

    fn refresh(&self) {
        let Some(new) = with(&self.engine, |engine| engine.readings.read()) else { return };
        let mut peaks_db = self.peaks_db.get();
        for (kept, levels) in peaks_db.iter_mut().zip([&new.input, &new.output]) {
            for (kept, peak) in kept.iter_mut().zip(levels.true_peak_dbtp) {
                *kept = kept.max(peak);
            }
        }
        self.peaks_db.set(peaks_db);
        let before = self.reductions.get().unwrap_or_default();
        self.reductions.set(Some(before.max(new.stages.reductions())));
        *self.reading.borrow_mut() = new;
    }

    /// True peaks since this side was last asked.
    fn take_peaks(&self, side: Side) -> Levels {
        self.refresh();
        let mut peaks_db = self.peaks_db.get();
        let taken = std::mem::replace(&mut peaks_db[side as usize], SILENCE_DB);
        self.peaks_db.set(peaks_db);
        #[expect(clippy::cast_possible_truncation, reason = "levels in dB, for the eye")]
        let peak_db = taken.map(|db| db as f32);
        Levels { peak_db }
    }
}

fn with<T>(engine: &Shared, act: impl FnOnce(&mut WindowEnd) -> T) -> T {
    act(&mut engine.lock().unwrap_or_else(PoisonError::into_inner))
}

const SILENCE_DB: [f64; 2] = [f64::NEG_INFINITY; 2];

#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Input,
    Output,
}

/// A figure with its name and unit, as text.
#[derive(Clone, Debug, PartialEq)]
struct Figure {
    name: &'static str,
    value: String,
    unit: &'static str,
    alarm: bool,
}

/// One decimal with a true minus sign; a dash for silence.
fn level(name: &'static str, x: f64, unit: &'static str) -> Figure {
    let value =
        if x.is_finite() { format!("{x:.1}").replace('-', "\u{2212}") } else { "\u{2013}".to_owned() };
    let value = if value == "\u{2212}0.0" { "0.0".to_owned() } else { value };
    Figure { name, value, unit, alarm: false }
}

impl Side {
    fn name(self) -> &'static str {
        match self {
            Self::Input => "Input",
            Self::Output => "Output",
        }
    }

    /// The figures, the most asked for first: as many are shown as there is room for.
    fn figures(self, reading: &Reading) -> Vec<Figure> {
        match self {
            Self::Input => {
                let r = &reading.input;
                let verdict = r.headroom();
                let silent = !r.peak_dbfs().is_finite();
                let alarm = matches!(verdict, Headroom::Hot | Headroom::Over | Headroom::Clipped);
                let name = if silent { "\u{2013}" } else { verdict.name() };
                let headroom =
                    Figure { name: "Mix", value: name.to_owned(), unit: "", alarm: alarm && !silent };
                vec![
                    level("Integrated", r.integrated_lufs, "LUFS"),
                    headroom,
                    level("Peak", r.peak_dbfs(), "dBFS"),
                    level("Short-term", r.short_term_lufs, "LUFS"),
                ]
            }
            Self::Output => {
                let r = &reading.output;
                vec![
                    level("Integrated", r.integrated_lufs, "LUFS"),
                    Figure { alarm: r.peak_dbtp() > 0.0, ..level("True peak", r.peak_dbtp(), "dBTP") },
                    level("Short-term", r.short_term_lufs, "LUFS"),
                    level("Momentary", r.momentary_lufs, "LUFS"),
                    level("Range", r.loudness_range_lu, "LU"),
                    level("PSR", r.psr_db, "dB"),
                ]
            }
        }
    }
}

/// One side: its figures, and a peak meter below them.
fn card<'a>(cx: &'a mut Context, side: Side, live: &Rc<Live>) -> Handle<'a, VStack> {
    let live = Rc::clone(live);
    let handle = VStack::new(cx, move |cx| {
        Figures::new(cx, side, &live).height(Stretch(1.0)).width(Stretch(1.0));
        PeakMeter::new(cx, FLOOR_DB, move || live.take_peaks(side))
            .width(Stretch(1.0))
            .height(Pixels(32.0))
            .name(format!("{} true peak", side.name()));
    });
    panel(handle)
}

fn panel<V: View>(handle: Handle<'_, V>) -> Handle<'_, V> {
    let theme = handle.data::<Session>().theme.clone();
    handle
        .background_color(theme.panel)
        .corner_radius(Pixels(8.0))
        .height(Stretch(1.0))
        .padding(Pixels(10.0))
        .padding_top(Pixels(8.0))
        .padding_bottom(Pixels(2.0))
}

/// A row of figures. It draws only when a text changes.
struct Figures {
    side: Side,
    live: Rc<Live>,
    shown: Vec<Figure>,
    pace: Pace,
}

/// Least width of a figure, in logical pixels.
const FIGURE: f32 = 88.0;

impl Figures {
    fn new<'a>(cx: &'a mut Context, side: Side, live: &Rc<Live>) -> Handle<'a, Self> {
        let shown = side.figures(&live.reading.borrow());
        let session = cx.data::<Session>().clone();
        let text = spoken(&shown);
        let handle =
            Self { side, live: Rc::clone(live), shown, pace: Pace::new(FIGURES_EVERY) }.build(cx, |_| {});
        session.frames(handle.entity());
        handle.role(Role::Status).name(side.name()).text_value(text).hoverable(false)
    }
}

impl View for Figures {
    fn element(&self) -> Option<&'static str> {
        Some("meter-figures")
    }

    fn event(&mut self, cx: &mut EventContext, event: &mut Event) {
        event.map(|frame: &Frame, _| {
            if !self.pace.is_due(frame.elapsed) {
                return;
            }
            self.live.refresh();
            let new = self.side.figures(&self.live.reading.borrow());
            if new != self.shown {
                cx.text_value(&spoken(&new));
                self.shown = new;
                cx.needs_redraw();
            }
        });
        forget_when_destroyed(cx, event);
    }

    fn draw(&self, cx: &mut DrawContext, canvas: &Canvas) {
        let session = cx.data::<Session>().clone();
        let pen = Pen::new(cx, &session, canvas);
        let (theme, bounds) = (pen.theme(), pen.bounds());
        let title = BoundingBox { w: pen.px(60.0), h: pen.px(14.0), ..bounds };
        pen.text(self.side.name(), Type::new(13.0, 650, theme.text), title, Align::Left);
        let left = bounds.x + title.w;
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a handful of columns")]
        let room = ((bounds.right() - left) / pen.px(FIGURE)).max(1.0) as usize;
        let columns = room.min(self.shown.len());
        #[expect(clippy::cast_precision_loss, reason = "a handful of columns")]
        let width = (bounds.right() - left) / columns as f32;
        let mut area = BoundingBox { x: left, w: width, ..bounds };
        for (n, figure) in self.shown.iter().take(columns).enumerate() {
            draw_figure(&pen, figure, area, if n == 0 { theme.accent } else { theme.text });
            area.x += width;
        }
    }
}

/// The figures in one line, for assistive technology.
fn spoken(figures: &[Figure]) -> String {
    let each: Vec<_> =
        figures.iter().map(|f| format!("{} {} {}", f.name, f.value, f.unit).trim_end().to_owned()).collect();
    each.join(", ")
}

fn draw_figure(pen: &Pen<'_>, figure: &Figure, area: BoundingBox, colour: Color) {
    let theme = pen.theme();
    let label = BoundingBox { h: pen.px(14.0), ..area };
    pen.text(figure.name, Type::new(10.5, 450, theme.dim), label, Align::Left);
    let value = BoundingBox { y: area.y + pen.px(16.0), h: pen.px(24.0), ..area };
    let face = Type::new(19.0, 600, if figure.alarm { theme.warning } else { colour });
    pen.text(&figure.value, face, value, Align::Left);
    let past = pen.width(&figure.value, face) + pen.px(4.0);
    let unit = BoundingBox { x: value.x + past, y: value.y + pen.px(2.0), w: value.w - past, ..value };
    pen.text(figure.unit, Type::new(10.5, 450, theme.dim), unit, Align::Left);
}

/// The modules that reduce gain.
const MODULES: [&str; 3] = ["Multiband", "Saturator", "Limiter"];

/// Gain reductions in tenths of a dB, for assistive technology.
fn in_words(tenths: [i32; 3]) -> String {
    let each = MODULES.iter().zip(tenths).map(|(name, db)| format!("{name} {:.1} dB", f64::from(db) / 10.0));
    each.collect::<Vec<_>>().join(", ")
}

/// The gain reduction of each module: a bar and a figure.
struct Reductions {
    live: Rc<Live>,
    shown: [i32; 3],
    pace: Pace,
}

impl Reductions {
    fn new<'a>(cx: &'a mut Context, live: &Rc<Live>) -> Handle<'a, Self> {
        let session = cx.data::<Session>().clone();
        let handle = Self { live: Rc::clone(live), shown: [0; 3], pace: Pace::new(REDUCTIONS_EVERY) }
            .build(cx, |_| {});
        session.frames(handle.entity());
        panel(handle).role(Role::Meter).name("Gain reduction").text_value(in_words([0; 3])).hoverable(false)
    }

    /// In tenths of a dB; what is shown already while there is no news.
    fn tenths(&self) -> [i32; 3] {
        let Some(reduced) = self.live.reductions.take() else { return self.shown };
        #[expect(clippy::cast_possible_truncation, reason = "a saturating cast of a level")]
        [reduced.multiband_db, reduced.saturator_db, reduced.limiter_db].map(|db| (db * 10.0).round() as i32)
    }
}

impl View for Reductions {
    fn element(&self) -> Option<&'static str> {
        Some("meter-reductions")
    }

    fn event(&mut self, cx: &mut EventContext, event: &mut Event) {
        event.map(|frame: &Frame, _| {
            if !self.pace.is_due(frame.elapsed) {
                return;
            }
            self.live.refresh();
            let new = self.tenths();
            if new != self.shown {
                cx.text_value(&in_words(new));
                self.shown = new;
                cx.needs_redraw();
            }
        });
        forget_when_destroyed(cx, event);
    }

    fn draw(&self, cx: &mut DrawContext, canvas: &Canvas) {
        let session = cx.data::<Session>().clone();
        let pen = Pen::new(cx, &session, canvas);
        let theme = pen.theme();
        pen.fill(pen.bounds(), 8.0, theme.panel);
        let bounds = pen.inset(10.0);
        let title = BoundingBox { y: bounds.y - pen.px(2.0), h: pen.px(14.0), ..bounds };
        pen.text("Gain reduction", Type::new(13.0, 650, theme.text), title, Align::Left);
        let unit = Type::new(10.5, 450, theme.dim);
        pen.text("dB", unit, title, Align::Right);
        let mut row = BoundingBox { y: bounds.y + pen.px(20.0), h: pen.px(16.0), ..bounds };
        for (name, tenths) in MODULES.into_iter().zip(self.shown) {
            let reduction_db = f64::from(tenths) / 10.0;
            pen.text(name, unit, row, Align::Left);
            let figure = format!("{reduction_db:.1}");
            pen.text(&figure, Type::new(12.0, 600, theme.text), row, Align::Right);
            let (x, right) = (row.x + pen.px(58.0), row.right() - pen.px(32.0));
            let height = pen.px(6.0);
            let bar =
                BoundingBox { x, y: row.y + (row.h - height) / 2.0, w: (right - x).max(0.0), h: height };
            pen.fill(bar, 3.0, theme.plot);
            #[expect(clippy::cast_possible_truncation, reason = "pixels")]
            let part = (reduction_db / FULL_REDUCTION_DB).clamp(0.0, 1.0) as f32;
            pen.fill(BoundingBox { w: bar.w * part, ..bar }, 3.0, theme.warning);
            row.y += pen.px(22.0);
        }
    }
}

fn forget_when_destroyed(cx: &mut EventContext, event: &mut Event) {
    event.map(|event, _| {
        if let WindowEvent::Destroyed = event {
            let view = cx.current();
            cx.data::<Session>().forget(view);
        }
    });
}

/// Reset, and pause or run.
fn buttons(cx: &mut Context, engine: &Shared) {
    let running = Signal::new(with(engine, |engine| engine.is_running()));
    let (reset, pause) = (Arc::clone(engine), Arc::clone(engine));
    VStack::new(cx, move |cx| {
        Button::new(cx, |cx| Label::new(cx, "Reset"))
            .variant(ButtonVariant::Outline)
            .on_press(move |_| {
                with(&reset, WindowEnd::reset_meters);
            })
            .width(Stretch(1.0))
            .name("Reset the meters");
        let text = Memo::new(move |_| if running.get() { "Pause" } else { "Run" });
        Button::new(cx, move |cx| Label::new(cx, text))
            .variant(ButtonVariant::Outline)
            .on_press(move |_| {
                running.set(with(&pause, |engine| {
                    engine.run_meters(!engine.is_running());
                    engine.is_running()
                }));
            })
            .width(Stretch(1.0))
            .name("Pause or run the meters");
    })
    .width(Pixels(72.0))
    .alignment(Alignment::Center)
    .gap(Pixels(8.0));
}
