//! The finished record that `master` brings a mix nearer to.

use std::path::Path;

use garnish_engine::Settings;
use garnish_engine::analysis::{BandStatistics, Fraction};
use garnish_engine::params::by_id;
use garnish_media::Reader;
use garnish_studio::analysis::{Analysis, Options, analyse_source};
use garnish_studio::compare::{ToneAnalyser, tone_of};
use garnish_studio::match_tone::{self, MAX_BANDS, Match};
use serde::Serialize;

use crate::Failure;
use crate::batch::name;
use crate::master::Args;
use crate::progress::Bar;

/// A reference, measured once for all mixes.
#[derive(Debug)]
pub struct Reference {
    pub analysis: Analysis,
    tone: BandStatistics,
    shown: String,
}

impl Reference {
    /// Reads and measures a file.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn read(path: &Path, args: &Args) -> Result<Self, Failure> {
        let bar = Bar::new(&format!("reading {}", name(path)));
        let mut reader = Reader::open(path)?;
        let options = Options { dual_mono: args.dual_mono, resampled: false };
        let shown = path.display().to_string();
        let mut tone = ToneAnalyser::new(reader.info().sample_rate_hz, Fraction::Sixth);
        let heard = |planes: &[&[f32]]| tone.push(planes);
        let analysis =
            analyse_source(&shown, &mut reader, options, heard, |_, _| {}, &mut |part| bar.at(part))?;
        Ok(Self { analysis, tone: tone.finish(), shown })
    }

    /// Returns the integrated loudness in LUFS.
    ///
    /// # Errors
    /// The reference is silent.
    pub fn loudness(&self) -> Result<f64, Failure> {
        self.analysis.integrated_lufs.ok_or_else(|| {
            Failure(format!("the reference {} is silent: there is no loudness to match", self.shown))
        })
    }

    /// Measures the tone of a mix and puts the bands that bring it nearer by `percent` into the equaliser of `settings`.
    ///
    /// # Errors
    /// The mix cannot be read.
    pub fn match_tone(
        &self,
        settings: &mut Settings,
        mix: &mut Reader,
        percent: u8,
        path: &Path,
    ) -> Result<Matched, Failure> {
        let bar = Bar::new(&format!("measuring the tone of {}", name(path)));
        let tone = tone_of(mix, Fraction::Sixth, &mut |part| bar.at(part))?;
        let free = match_tone::free_bands(settings);
        let options = match_tone::Options {
            amount_percent: f64::from(percent),
            bands: free.len(),
            ..match_tone::Options::default()
        };
        let found = match_tone::match_tone(&tone, &self.tone, &options);
        match_tone::apply(settings, &found.bands);
        Ok(Matched::new(settings, &free, &found))
    }
}

/// What matching the tone did, as JSON shows it. Keys are permanent.
#[derive(Debug, Serialize)]
pub struct Matched {
    /// Distance in dB before: the root mean square over sixth octaves, loudness taken out.
    before_db: f64,
    /// The same after, as the bands' curves predict it.
    after_db: f64,
    /// The values that were put into the equaliser, by parameter id, as text.
    bands: Vec<[String; 4]>,
    /// Whether more free bands would have come nearer.
    wants_more_bands: bool,
}

impl Matched {
    fn new(settings: &Settings, free: &[usize], found: &Match) -> Self {
        let text = |id: &str, n: &usize| {
            by_id(&format!("eq_band_{id}_{}", n + 1)).map_or(String::new(), |p| p.text(p.get(settings)))
        };
        let used = free.iter().take(found.bands.len());
        Self {
            before_db: found.before_db,
            after_db: found.after_db,
            bands: used.map(|n| ["shape", "freq", "gain", "q"].map(|id| text(id, n))).collect(),
            wants_more_bands: found.wants_more && free.len() < MAX_BANDS,
        }
    }

    /// Says what was done.
    pub fn text(&self) -> String {
        let Self { before_db, after_db, .. } = self;
        if self.bands.is_empty() {
            return format!("match tone: nothing to change ({before_db:.1} dB from the reference)");
        }
        let bands: Vec<_> =
            self.bands.iter().map(|[shape, freq, gain, q]| format!("{shape} {freq} {gain} Q {q}")).collect();
        let more = if self.wants_more_bands { "; more free bands would come nearer" } else { "" };
        format!(
            "match tone: {before_db:.1} dB from the reference, {after_db:.1} dB after {}{more}",
            bands.join(", ")
        )
    }
}
