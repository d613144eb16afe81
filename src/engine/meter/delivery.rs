//! Where a master goes, and what will be done to it there.

use std::fmt;

/// A place music is delivered to: how loud it plays, what peaks it takes, what it does to a master that differs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Profile {
    /// Permanent name in files and on the command line.
    pub id: &'static str,
    /// Name as shown.
    pub name: &'static str,
    /// Loudness that everything is brought to, in LUFS; `None` where loudness is left alone.
    pub target_lufs: Option<f64>,
    /// Highest true peak that survives lossy encoding there, in dBTP; `None` where nothing is encoded.
    pub ceiling_dbtp: Option<f64>,
    /// A lower ceiling for masters louder than the target, where one is asked for, in dBTP.
    pub loud_ceiling_dbtp: Option<f64>,
    /// What happens to a master quieter than the target.
    pub quiet: Quiet,
    /// What to know about it, in one sentence.
    pub note: &'static str,
    /// Where the figures come from.
    pub source: &'static str,
}

/// What a place does to a master that is quieter than its target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quiet {
    /// It stays quieter than the others.
    Stays,
    /// It is turned up, but its peaks not above the ceiling.
    TurnedUpToCeiling,
    /// It is turned up, whatever its peaks.
    TurnedUp,
}

/// All profiles, the most asked for first.
pub const PROFILES: [Profile; 9] = [
    Profile {
        id: "spotify",
        name: "Spotify",
        target_lufs: Some(-14.0),
        ceiling_dbtp: Some(-1.0),
        loud_ceiling_dbtp: Some(-2.0),
        quiet: Quiet::TurnedUpToCeiling,
        note: "Listeners can choose -11 (with a limiter), -14 or -19 LUFS; -14 is the default.",
        source: "Spotify for Artists, \"Loudness normalization\"",
    },
    Profile {
        id: "apple",
        name: "Apple Music",
        target_lufs: Some(-16.0),
        ceiling_dbtp: Some(-1.0),
        loud_ceiling_dbtp: None,
        quiet: Quiet::TurnedUpToCeiling,
        note: "With Sound Check, which is on by default on new devices.",
        source: "Apple Digital Masters; AES TD1008",
    },
    Profile {
        id: "youtube",
        name: "YouTube",
        target_lufs: Some(-14.0),
        ceiling_dbtp: Some(-1.0),
        loud_ceiling_dbtp: None,
        quiet: Quiet::Stays,
        note: "\"Content loudness\" in Stats for nerds shows the difference from the target.",
        source: "YouTube player statistics",
    },
    Profile {
        id: "tidal",
        name: "Tidal",
        target_lufs: Some(-14.0),
        ceiling_dbtp: Some(-1.0),
        loud_ceiling_dbtp: None,
        quiet: Quiet::Stays,
        note: "Albums are turned down as a whole, by their loudest track.",
        source: "AES TD1008; Tidal",
    },
    Profile {
        id: "amazon",
        name: "Amazon Music",
        target_lufs: Some(-14.0),
        ceiling_dbtp: Some(-2.0),
        loud_ceiling_dbtp: None,
        quiet: Quiet::Stays,
        note: "Asks for more room under full scale than the others.",
        source: "Amazon Music delivery specification",
    },
    Profile {
        id: "deezer",
        name: "Deezer",
        target_lufs: Some(-15.0),
        ceiling_dbtp: Some(-1.0),
        loud_ceiling_dbtp: None,
        quiet: Quiet::Stays,
        note: "Normalises single tracks.",
        source: "Deezer",
    },
    Profile {
        id: "soundcloud",
        name: "SoundCloud",
        target_lufs: None,
        ceiling_dbtp: Some(-1.0),
        loud_ceiling_dbtp: None,
        quiet: Quiet::Stays,
        note: "Plays at the level it gets; encodes lossily, so peaks need room.",
        source: "SoundCloud help, \"Uploading requirements\"",
    },
    Profile {
        id: "ebu-r128",
        name: "EBU R 128",
        target_lufs: Some(-23.0),
        ceiling_dbtp: Some(-1.0),
        loud_ceiling_dbtp: None,
        quiet: Quiet::TurnedUp,
        note: "Broadcast: the programme itself must be at the target, +-0.5 LU (+-1 LU live).",
        source: "EBU R 128 (2023)",
    },
    Profile {
        id: "cd",
        name: "CD",
        target_lufs: None,
        ceiling_dbtp: None,
        loud_ceiling_dbtp: None,
        quiet: Quiet::Stays,
        note: "Plays at the level it gets; nothing is encoded.",
        source: "IEC 60908",
    },
];

/// Least difference that counts, in LU and dB: a master made for a place may miss its figures by as much.
pub const TOLERANCE_DB: f64 = 0.05;

/// What a place does to a master.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Outcome {
    /// Gain applied there, in dB.
    pub gain_db: f64,
    /// How much louder than the others it plays there, in LU; negative if quieter. 0 without a target.
    pub difference_lu: f64,
    /// How far its true peak exceeds the ceiling as delivered, in dB; 0 if it does not.
    pub excess_db: f64,
    profile: Profile,
}

impl Profile {
    /// Finds the profile with this id or name, in capitals or not.
    pub fn by_id(id: &str) -> Option<&'static Self> {
        PROFILES.iter().find(|p| p.id.eq_ignore_ascii_case(id) || p.name.eq_ignore_ascii_case(id))
    }

    /// The ceiling in dBTP for a master of this loudness.
    pub fn ceiling_for(&self, integrated_lufs: f64) -> Option<f64> {
        let loud = self.target_lufs.is_some_and(|target| integrated_lufs > target + TOLERANCE_DB);
        self.loud_ceiling_dbtp.filter(|_| loud).or(self.ceiling_dbtp)
    }

    /// What happens there to a master with this integrated loudness and true peak.
    pub fn outcome(&self, integrated_lufs: f64, true_peak_dbtp: f64) -> Outcome {
        let wanted_db = match self.target_lufs {
            Some(target) if integrated_lufs.is_finite() => target - integrated_lufs,
            _ => 0.0,
        };
        let room_db = (self.ceiling_dbtp.unwrap_or(0.0) - true_peak_dbtp).max(0.0);
        let gain_db = match self.quiet {
            _ if wanted_db <= 0.0 => wanted_db,
            Quiet::Stays => 0.0,
            Quiet::TurnedUpToCeiling => wanted_db.min(room_db),
            Quiet::TurnedUp => wanted_db,
        };
        let ceiling_dbtp = self.ceiling_for(integrated_lufs).unwrap_or(f64::INFINITY);
        Outcome {
            gain_db,
            difference_lu: gain_db - wanted_db,
            excess_db: (true_peak_dbtp - ceiling_dbtp).max(0.0),
            profile: *self,
        }
    }
}

/// Plain words, one or two sentences.
impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = self.profile.name;
        let shown = |x: f64| x.abs() > TOLERANCE_DB + 1e-9;
        match self.profile.target_lufs {
            None => write!(f, "{name} leaves it as it is.")?,
            Some(_) if shown(self.gain_db) && self.gain_db < 0.0 => {
                write!(f, "{name} turns it down by {:.1} dB.", -self.gain_db)?;
            }
            Some(_) if shown(self.gain_db) && shown(self.difference_lu) => write!(
                f,
                "{name} turns it up by {:.1} dB, as far as its peaks allow; it plays {:.1} LU quieter than others.",
                self.gain_db, -self.difference_lu
            )?,
            Some(_) if shown(self.gain_db) => write!(f, "{name} turns it up by {:.1} dB.", self.gain_db)?,
            Some(_) if shown(self.difference_lu) => {
                write!(
                    f,
                    "{name} does not turn it up; it plays {:.1} LU quieter than others.",
                    -self.difference_lu
                )?;
            }
            Some(_) => write!(f, "{name} plays it as it is.")?,
        }
        if shown(self.excess_db) {
            write!(f, " Its true peak is {:.1} dB too high and may clip when encoded.", self.excess_db)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcome(id: &str, lufs: f64, dbtp: f64) -> Outcome {
        Profile::by_id(id).unwrap().outcome(lufs, dbtp)
    }

    #[test]
    fn ids_are_unique_and_words_fit_files() {
        for (n, profile) in PROFILES.iter().enumerate() {
            assert!(PROFILES.iter().skip(n + 1).all(|p| p.id != profile.id && p.name != profile.name));
            assert!(profile.id.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-'));
            assert!(profile.note.ends_with('.') && !profile.source.is_empty());
        }
    }

    #[test]
    fn loud_masters_are_turned_down() {
        assert_eq!(outcome("spotify", -8.0, -2.5).to_string(), "Spotify turns it down by 6.0 dB.");
        assert_eq!(outcome("ebu-r128", -8.0, -2.5).gain_db, -15.0);
        assert_eq!(outcome("cd", -8.0, 0.0).to_string(), "CD leaves it as it is.");
    }

    #[test]
    fn quiet_masters_are_turned_up_or_not() {
        assert_eq!(
            outcome("spotify", -20.0, -5.0).to_string(),
            "Spotify turns it up by 4.0 dB, as far as its peaks allow; it plays 2.0 LU quieter than others."
        );
        assert_eq!(outcome("spotify", -18.0, -8.0).to_string(), "Spotify turns it up by 4.0 dB.");
        assert_eq!(
            outcome("youtube", -17.5, -5.0).to_string(),
            "YouTube does not turn it up; it plays 3.5 LU quieter than others."
        );
        assert_eq!(outcome("youtube", -14.0, -1.0).to_string(), "YouTube plays it as it is.");
        assert_eq!(outcome("ebu-r128", -30.0, -1.0).gain_db, 7.0);
    }

    #[test]
    fn peaks_above_the_ceiling_are_told() {
        assert_eq!(
            outcome("spotify", -9.0, -1.0).to_string(),
            "Spotify turns it down by 5.0 dB. Its true peak is 1.0 dB too high and may clip when encoded."
        );
        assert_eq!(outcome("spotify", -14.0, -1.0).excess_db, 0.0);
        assert_eq!(outcome("amazon", -14.0, -1.5).excess_db, 0.5);
        assert_eq!(outcome("spotify", -20.0, 0.5).gain_db, 0.0);
    }

    #[test]
    fn what_was_made_for_a_place_is_not_complained_of() {
        for profile in &PROFILES {
            let (target, ceiling) =
                (profile.target_lufs.unwrap_or(-9.0), profile.ceiling_dbtp.unwrap_or(0.0));
            for miss in [-0.05, 0.0, 0.05] {
                let text = profile.outcome(target + miss, ceiling + 0.01).to_string();
                assert!(text.ends_with("as it is."), "{text}");
            }
        }
        assert_eq!(outcome("spotify", -13.9, -1.0).excess_db, 1.0);
    }

    #[test]
    fn ids_and_names_are_found_in_any_case() {
        for text in ["apple", "Apple", "apple music", "Apple Music"] {
            assert_eq!(Profile::by_id(text).unwrap().id, "apple");
        }
        assert_eq!(Profile::by_id("pear"), None);
    }

    #[test]
    fn silence_is_left_alone() {
        let silence = outcome("spotify", f64::NEG_INFINITY, f64::NEG_INFINITY);
        assert_eq!((silence.gain_db, silence.excess_db), (0.0, 0.0));
    }
}
