//! The host's transport, and what the meters do when it starts, jumps or stops.

/// What the meters do by themselves when the transport starts, jumps or stops.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Follow {
    /// Restarts measurements when the transport starts.
    pub reset_on_start: bool,
    /// Restarts measurements when the position jumps during playback; loops are jumps.
    pub reset_on_jump: bool,
    /// Pauses measurements while the transport is stopped.
    pub pause_when_stopped: bool,
}

/// State of the host's transport at the start of a block.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Transport {
    /// True during playback.
    pub playing: bool,
    /// Position in seconds; `None` if the host does not report one.
    pub position_s: Option<f64>,
}

/// What a meter does before it measures a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Action {
    /// Restarts the measurement.
    pub reset: bool,
    /// Measures the block; otherwise the measurement is paused.
    pub running: bool,
}

impl Action {
    /// Measures on.
    pub const RUN: Self = Self { reset: false, running: true };
}

/// Detects starts, jumps and stops from one block to the next.
#[derive(Clone, Copy, Debug, Default)]
pub struct Follower {
    was_playing: bool,
    /// The position the host last reported, in seconds.
    reported_s: Option<f64>,
    /// The position at which the next block should start, in seconds.
    expected_s: Option<f64>,
}

/// Greatest difference, in seconds, between the expected and the reported position that is no jump: hosts round positions.
const TOLERANCE_S: f64 = 0.02;

impl Follower {
    /// Forgets all blocks: the next one that plays is a start.
    pub fn reset(&mut self) {
        *self = Self::default();
    }

    /// Decides for a block of `block_s` seconds. If the host has no transport (`None`), the meters run.
    pub fn action(&mut self, follow: Follow, transport: Option<Transport>, block_s: f64) -> Action {
        let Some(Transport { playing, position_s }) = transport else {
            self.reset();
            return Action::RUN;
        };
        let started = playing && !self.was_playing;
        // hosts that cut a block into parts report the position of its start with each part
        let part = playing && self.was_playing && position_s == self.reported_s;
        let here_s = if part { self.expected_s } else { position_s };
        let jumped = playing
            && self.was_playing
            && matches!((self.expected_s, here_s), (Some(e), Some(p)) if (p - e).abs() > TOLERANCE_S);
        self.was_playing = playing;
        self.reported_s = position_s;
        self.expected_s = here_s.map(|p| if playing { p + block_s } else { p });
        Action {
            reset: (started && follow.reset_on_start) || (jumped && follow.reset_on_jump),
            running: playing || !follow.pause_when_stopped,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: Follow = Follow { reset_on_start: true, reset_on_jump: true, pause_when_stopped: true };
    const BLOCK_S: f64 = 0.01;

    /// The actions for blocks at these positions; `None` stands for a stopped transport.
    fn actions(follow: Follow, positions_s: &[Option<f64>]) -> Vec<(bool, bool)> {
        let mut follower = Follower::default();
        positions_s
            .iter()
            .map(|p| {
                let transport = Transport { playing: p.is_some(), position_s: Some(p.unwrap_or(0.0)) };
                let action = follower.action(follow, Some(transport), BLOCK_S);
                (action.reset, action.running)
            })
            .collect()
    }

    #[test]
    fn starts_jumps_and_stops() {
        let positions = [None, Some(5.0), Some(5.01), Some(5.0201), None, Some(5.03), Some(1.0), Some(1.01)];
        let (idle, go, new) = ((false, false), (false, true), (true, true));
        assert_eq!(actions(ALL, &positions), [idle, new, go, go, idle, new, new, go]);
        assert_eq!(actions(Follow::default(), &positions), [go; 8]);
    }

    #[test]
    fn the_parts_of_a_cut_block_are_no_jumps() {
        // three parts of 30 ms at one position, then the next block, then a loop back
        let long_s = 0.03;
        let mut follower = Follower::default();
        let resets = [2.0, 2.0, 2.0, 2.09, 2.09, 2.0].map(|position_s| {
            let transport = Transport { playing: true, position_s: Some(position_s) };
            follower.action(ALL, Some(transport), long_s).reset
        });
        assert_eq!(resets, [true, false, false, false, false, true]);
    }

    #[test]
    fn without_position_or_transport_there_are_no_jumps() {
        let mut follower = Follower::default();
        for n in 0..5 {
            let transport = Transport { playing: true, position_s: None };
            let action = follower.action(ALL, Some(transport), BLOCK_S);
            assert_eq!(action, Action { reset: n == 0, running: true });
        }
        assert_eq!(follower.action(ALL, None, BLOCK_S), Action { reset: false, running: true });
    }
}
