//! The limiter's rows in the table of parameters.

use crate::limiter::monitor::Monitor;
use crate::limiter::settings::{LatencyMode, Settings, Style};
use crate::params::row::{Role, Row, field};
use crate::params::text::Unit;

pub(crate) fn rows() -> Vec<Row<Settings>> {
    vec![
        Row::number(
            "limiter_gain",
            "Limiter Gain",
            Settings::GAIN_DB,
            Unit::Db,
            field!(|s: Settings| s.gain_db),
        ),
        Row::number(
            "limiter_ceiling",
            "Limiter Ceiling",
            Settings::CEILING_DB,
            Unit::Dbtp,
            field!(|s: Settings| s.ceiling_db),
        ),
        Row::number(
            "limiter_margin",
            "Limiter Safety Margin",
            Settings::MARGIN_DB,
            Unit::Db,
            field!(|s: Settings| s.margin_db),
        ),
        Row::choice("limiter_style", "Limiter Style", Style::CHOICES, field!(|s: Settings| s.style)),
        Row::number(
            "limiter_lookahead",
            "Limiter Look-ahead",
            Settings::LOOKAHEAD_MS,
            Unit::Ms,
            field!(|s: Settings| s.lookahead_ms),
        ),
        Row::choice(
            "limiter_latency",
            "Limiter Latency",
            LatencyMode::CHOICES,
            field!(|s: Settings| s.latency),
        )
        .role(Role::Latency),
        Row::number(
            "limiter_release",
            "Limiter Release",
            Settings::RELEASE_MS,
            Unit::Ms,
            field!(|s: Settings| s.release_ms),
        ),
        Row::switch("limiter_auto_release", "Limiter Auto Release", field!(|s: Settings| s.auto_release)),
        Row::number(
            "limiter_link_transients",
            "Limiter Transient Link",
            Settings::LINK_TRANSIENTS_PERCENT,
            Unit::Percent,
            field!(|s: Settings| s.link_transients_percent),
        ),
        Row::number(
            "limiter_link_release",
            "Limiter Release Link",
            Settings::LINK_RELEASE_PERCENT,
            Unit::Percent,
            field!(|s: Settings| s.link_release_percent),
        ),
        Row::switch("limiter_true_peak", "Limiter True Peak", field!(|s: Settings| s.true_peak)),
    ]
}

/// What is listened to instead of the limiter's output.
pub(crate) fn listening() -> Vec<Row<Monitor>> {
    let listen = Row::choice("limiter_listen", "Limiter Listen", Monitor::CHOICES, field!(|m: Monitor| *m));
    vec![listen.role(Role::Listening)]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::params::row::assert_clamps;

    #[test]
    fn the_stage_clamps_to_the_ranges_of_the_table() {
        assert_clamps(&rows(), Settings::clamped);
    }
}
