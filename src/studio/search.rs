//! Finding the gains of a target on the limiter alone: what lies before it is rendered once and kept.

use std::path::Path;

use garnish_engine::Settings;
use garnish_engine::meter::Meter;
use garnish_engine::units::{count, gain_from_db, whole};

use crate::Error;
use crate::aligned::Aligned;
use crate::feed::{PIECE, feed};
use crate::master::Step;
use crate::parts::Parts;
use crate::source::Source;
use crate::spool::Spool;
use crate::target::{MAX_PASSES, Miss, Search, Verdict, is_linear};

/// Programmes shorter than this, in seconds, are searched whole.
const DIGEST_FROM_S: f64 = 8.0;

/// Length of a piece of the digest and distance between two, in seconds: an eighth of the programme.
const DIGEST_S: (f64, f64) = (0.5, 4.0);

/// Distance from the target that ends the search on the digest, in LU.
const DIGEST_TOLERANCE_LU: f64 = 0.02;

/// A programme up to the limiter.
pub(crate) struct Rendered {
    pub(crate) spool: Spool<f64>,
    input_gain_db: f64,
    /// Loudness without the limiter, in LUFS; where it is below the gate, the greatest momentary loudness.
    loudness_lufs: f64,
}

/// Runs the source through everything before the limiter.
pub(crate) fn before_limiter(
    source: &mut impl Source,
    parts: &mut Parts,
    settings: &Settings,
    folder: &Path,
    dual_mono: bool,
    progress: &mut dyn FnMut(f64),
    heard: impl FnMut(&[&[f32]]) -> Result<(), Error>,
) -> Result<(crate::broken::Broken, Rendered), Error> {
    let mut meter = loudness_meter(source.sample_rate_hz(), source.channels() == 1 && !dual_mono);
    let mut spool = Spool::new(2, folder);
    parts.restart(settings);
    let broken = feed(source, parts.latency(), progress, heard, |piece| {
        parts.before_limiter(piece);
        let [left, right] = &*piece;
        meter.measure([left, right]);
        Ok(spool.write(&[left, right])?)
    })?;
    let loudness_lufs = loudness(&mut meter);
    Ok((broken, Rendered { spool, input_gain_db: settings.input_gain_db, loudness_lufs }))
}

/// The last pass of a search.
pub(crate) struct Found {
    /// The master without the latency.
    pub(crate) output: Spool<f32>,
    pub(crate) settings: Settings,
    pub(crate) reduction: crate::parts::Reduction,
    pub(crate) passes: usize,
    pub(crate) miss: Option<Miss>,
}

/// What a search works on.
pub(crate) struct Bench<'a, S> {
    pub(crate) source: &'a mut S,
    pub(crate) parts: Parts,
    pub(crate) rendered: Rendered,
    pub(crate) folder: &'a Path,
    pub(crate) dual_mono: bool,
    pub(crate) progress: &'a mut dyn FnMut(Step, f64),
}

impl<S: Source> Bench<'_, S> {
    /// Searches on a digest first, then on the whole.
    pub(crate) fn search(&mut self, settings: &Settings, target_lufs: f64) -> Result<Found, Error> {
        let mut search = Search::new(settings, target_lufs);
        let limiter_gain_db = if settings.limiter.on { settings.limiter.stage.gain_db } else { 0.0 };
        let undriven_lufs = self.rendered.loudness_lufs + limiter_gain_db + settings.output_gain_db;
        if undriven_lufs.is_finite() && !settings.bypass {
            search = search.driven_by(target_lufs - undriven_lufs);
            search = self.search_digest(search)?;
        }
        let mut passes = 0;
        loop {
            passes += 1;
            let settings = search.driven();
            let (output, loudness_lufs, reduction) = self.whole(&settings, passes)?;
            let miss = match search.take(loudness_lufs) {
                Verdict::Again if passes < MAX_PASSES => continue,
                Verdict::Again => Some(Miss::Passes),
                Verdict::Stuck(miss) => Some(miss),
                Verdict::Met => None,
            };
            return Ok(Found { output, settings, reduction, passes, miss });
        }
    }

    /// Moves a search to where half-second pieces of the programme meet the target. Their loudness differs from the whole's by as much
    /// with the limiter as without it, nearly.
    fn search_digest(&mut self, mut search: Search) -> Result<Search, Error> {
        let rate_hz = f64::from(self.source.sample_rate_hz());
        let frames = self.rendered.spool.frames();
        if count(frames) < DIGEST_FROM_S * rate_hz {
            return Ok(search.refined(crate::target::TOLERANCE_LU));
        }
        let (length, distance) = (whole(DIGEST_S.0 * rate_hz), whole(DIGEST_S.1 * rate_hz));
        let undriven_lufs = self.digest(length, distance, |_, _| ())?;
        let difference_lu = self.rendered.loudness_lufs - undriven_lufs;
        if !difference_lu.is_finite() {
            return Ok(search.refined(crate::target::TOLERANCE_LU));
        }
        search = search.refined(DIGEST_TOLERANCE_LU);
        for _ in 0..MAX_PASSES {
            let settings = search.driven();
            if settings.input_gain_db != self.rendered.input_gain_db && !is_linear(&settings) {
                break;
            }
            let gain = gain_from_db(settings.input_gain_db - self.rendered.input_gain_db);
            self.parts.restart(&settings);
            let measured_lufs = self.digest(length, distance, |parts, piece| {
                piece.iter_mut().flatten().for_each(|x| *x *= gain);
                parts.limiter_and_after(piece);
            })?;
            if search.take(measured_lufs + difference_lu) != Verdict::Again {
                break;
            }
        }
        Ok(search.refined(crate::target::TOLERANCE_LU))
    }

    /// Loudness in LUFS of pieces of the programme after `process`.
    fn digest(
        &mut self,
        length: usize,
        distance: usize,
        mut process: impl FnMut(&mut Parts, &mut [Vec<f64>; 2]),
    ) -> Result<f64, Error> {
        let mut meter = self.meter();
        let mut piece = [vec![0.0; length], vec![0.0; length]];
        for at in (0..self.rendered.spool.frames().saturating_sub(length)).step_by(distance) {
            self.rendered.spool.read(at, &mut piece)?;
            process(&mut self.parts, &mut piece);
            meter.measure([&piece[0], &piece[1]]);
        }
        Ok(loudness(&mut meter))
    }

    /// The whole programme from the limiter on; if the input gain has moved, from the start.
    fn whole(
        &mut self,
        settings: &Settings,
        pass: usize,
    ) -> Result<(Spool<f32>, f64, crate::parts::Reduction), Error> {
        if settings.input_gain_db != self.rendered.input_gain_db {
            self.source.rewind()?;
            let progress = &mut |part| (self.progress)(Step::Preparing, part);
            let source = &mut *self.source;
            let again = before_limiter(
                source,
                &mut self.parts,
                settings,
                self.folder,
                self.dual_mono,
                progress,
                |_| Ok(()),
            )?;
            self.rendered = again.1;
        }
        self.parts.restart(settings);
        let (mut meter, mut aligned) =
            (self.meter(), Aligned::new(self.parts.latency(), self.source.channels()));
        let mut output = Spool::new(self.source.channels(), self.folder);
        let mut wide = [Vec::new(), Vec::new()];
        let mut sink = |planes: &[&[f32]]| -> Result<(), Error> {
            for (wide, plane) in wide.iter_mut().zip([planes[0], planes[planes.len() - 1]]) {
                wide.clear();
                wide.extend(plane.iter().map(|x| f64::from(*x)));
            }
            meter.measure([&wide[0], &wide[1]]);
            Ok(output.write(planes)?)
        };
        let frames = self.rendered.spool.frames();
        let mut piece = [vec![0.0; PIECE], vec![0.0; PIECE]];
        for at in (0..frames).step_by(PIECE) {
            let read = self.rendered.spool.read(at, &mut piece)?;
            for channel in &mut piece {
                channel.truncate(read);
            }
            self.parts.limiter_and_after(&mut piece);
            aligned.push([&piece[0], &piece[1]], &mut sink)?;
            (self.progress)(Step::Pass(pass), count(at + read) / count(frames));
        }
        aligned.finish(self.source.sample_rate_hz(), settings, sink)?;
        Ok((output, loudness(&mut meter), self.parts.reduction()))
    }

    fn meter(&self) -> Meter {
        loudness_meter(self.source.sample_rate_hz(), self.source.channels() == 1 && !self.dual_mono)
    }
}

fn loudness_meter(sample_rate_hz: u32, mono: bool) -> Meter {
    let mut meter = Meter::new();
    meter.prepare(f64::from(sample_rate_hz));
    meter.set_mono(mono);
    meter.set_true_peak(false);
    meter
}

/// Integrated loudness in LUFS; below the gate the greatest momentary loudness.
fn loudness(meter: &mut Meter) -> f64 {
    let reading = meter.take_reading();
    if reading.integrated_lufs.is_finite() { reading.integrated_lufs } else { reading.max_momentary_lufs }
}
