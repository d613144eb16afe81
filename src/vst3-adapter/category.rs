//! CLAP's features as VST3's sub-categories.

/// CLAP plugin-features.h beside VST3 ivstaudioprocessor.h, `PlugType`. The main category comes first.
const CATEGORIES: [(&str, &str); 27] = [
    ("audio-effect", "Fx"),
    ("instrument", "Instrument"),
    ("note-effect", "Fx"),
    ("analyzer", "Analyzer"),
    ("synthesizer", "Synth"),
    ("sampler", "Sampler"),
    ("drum", "Drum"),
    ("filter", "Filter"),
    ("phaser", "Modulation"),
    ("equalizer", "EQ"),
    ("phase-vocoder", "Pitch Shift"),
    ("granular", "Generator"),
    ("frequency-shifter", "Pitch Shift"),
    ("pitch-shifter", "Pitch Shift"),
    ("distortion", "Distortion"),
    ("transient-shaper", "Dynamics"),
    ("compressor", "Dynamics"),
    ("limiter", "Dynamics"),
    ("flanger", "Modulation"),
    ("chorus", "Modulation"),
    ("delay", "Delay"),
    ("reverb", "Reverb"),
    ("tremolo", "Modulation"),
    ("utility", "Tools"),
    ("pitch-correction", "Pitch Shift"),
    ("restoration", "Restoration"),
    ("mastering", "Mastering"),
];

/// The longest text VST3 has room for, without its NUL.
const ROOM: usize = 127;

/// The sub-categories of a plugin with these features, in the table's order, without repetition: "Fx|EQ|Mastering".
pub(crate) fn sub_categories(features: &[String]) -> String {
    let mut text = String::new();
    for (feature, category) in CATEGORIES {
        let new = !text.split('|').any(|known| known == category);
        if new && features.iter().any(|f| f == feature) && text.len() + 1 + category.len() <= ROOM {
            if !text.is_empty() {
                text.push('|');
            }
            text.push_str(category);
        }
    }
    if text.is_empty() { "Fx".to_owned() } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_main_category_comes_first_and_nothing_twice() {
        let categories =
            |features: &[&str]| sub_categories(&features.iter().map(|f| (*f).to_owned()).collect::<Vec<_>>());
        assert_eq!(
            categories(&["mastering", "limiter", "compressor", "audio-effect"]),
            "Fx|Dynamics|Mastering"
        );
        assert_eq!(categories(&["stereo"]), "Fx");
        let all: Vec<&str> = CATEGORIES.iter().map(|(feature, _)| *feature).collect();
        assert!(categories(&all).len() <= ROOM);
    }
}
