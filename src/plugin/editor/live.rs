//! What the editor shares with the plugin, and the engine's latest reading.

use std::cell::{Cell, RefCell};
use std::sync::{Arc, Mutex, PoisonError};

use garnish_engine::WindowEnd;
use garnish_engine::engine::Reading;
use garnish_engine::meter::Reductions;
use vizia_plug::widgets::Levels;

/// What a plugin instance shares with its editor. It belongs to the instance and is lent to whichever window is open.
#[derive(Clone)]
pub struct Link {
    /// The audio thread never touches this lock.
    engine: Arc<Mutex<WindowEnd>>,
}

impl Link {
    /// Creates the link of an instance to its editors.
    pub fn new(engine: WindowEnd) -> Self {
        Self { engine: Arc::new(Mutex::new(engine)) }
    }

    /// Calls `act` with the engine's window end.
    pub(super) fn with<T>(&self, act: impl FnOnce(&mut WindowEnd) -> T) -> T {
        act(&mut self.engine.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// The input or the output of the chain.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    Input,
    Output,
}

impl Side {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Input => "Input",
            Self::Output => "Output",
        }
    }
}

const SILENCE_DB: [f64; 2] = [f64::NEG_INFINITY; 2];

/// The latest reading, fetched once for all meters, and the peaks that each meter has not shown yet.
pub(super) struct Live {
    link: Link,
    reading: RefCell<Reading>,
    peaks_db: Cell<[[f64; 2]; 2]>,
    /// The greatest gain reductions that were not shown yet.
    reductions: Cell<Option<Reductions>>,
}

impl Live {
    pub(super) fn new(link: &Link) -> Self {
        // peaks from before the window opened are over: they are not taken into `peaks_db`
        let reading = RefCell::new(link.with(|engine| engine.readings.latest()));
        Self {
            link: link.clone(),
            reading,
            peaks_db: Cell::new([SILENCE_DB; 2]),
            reductions: Cell::new(None),
        }
    }

    fn refresh(&self) {
        let Some(new) = self.link.with(|engine| engine.readings.read()) else { return };
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

    /// Calls `show` with the latest reading.
    pub(super) fn reading<T>(&self, show: impl FnOnce(&Reading) -> T) -> T {
        self.refresh();
        show(&self.reading.borrow())
    }

    /// Returns the true peaks of this side since it was last asked.
    pub(super) fn take_peaks(&self, side: Side) -> Levels {
        self.refresh();
        let mut peaks_db = self.peaks_db.get();
        let taken = std::mem::replace(&mut peaks_db[side as usize], SILENCE_DB);
        self.peaks_db.set(peaks_db);
        #[expect(clippy::cast_possible_truncation, reason = "levels in dB, for the eye")]
        let peak_db = taken.map(|db| db as f32);
        Levels { peak_db }
    }

    /// Returns the greatest gain reductions since the last call; `None` without a new reading.
    pub(super) fn take_reductions(&self) -> Option<Reductions> {
        self.refresh();
        self.reductions.take()
    }
}
