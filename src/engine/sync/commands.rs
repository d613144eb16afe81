//! Commands from the GUI to the audio thread.

use rtrb::{Consumer, Producer, RingBuffer};

/// What the window asks of the audio thread. Never automatable, never saved.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Command {
    /// Start all loudness measurements anew.
    ResetMeters,
    /// Measure, or pause.
    RunMeters(bool),
}

/// The GUI's end.
#[derive(Debug)]
pub struct CommandSender<T: Copy> {
    ring: Producer<T>,
}

/// The audio thread's end.
#[derive(Debug)]
pub struct CommandReceiver<T: Copy> {
    ring: Consumer<T>,
}

/// Two ends of a ring of so many commands.
pub fn commands<T: Copy>(capacity: usize) -> (CommandSender<T>, CommandReceiver<T>) {
    let (producer, consumer) = RingBuffer::new(capacity);
    (CommandSender { ring: producer }, CommandReceiver { ring: consumer })
}

impl<T: Copy> CommandSender<T> {
    /// Sends a command; false if there is no room because audio stands still.
    pub fn send(&mut self, command: T) -> bool {
        self.ring.push(command).is_ok()
    }
}

impl<T: Copy> CommandReceiver<T> {
    /// The next command. To be asked until there is none, at the start of a block.
    pub fn receive(&mut self) -> Option<T> {
        self.ring.pop().ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_arrive_in_order_until_there_is_no_room() {
        let (mut gui, mut audio) = commands(2);
        assert!(gui.send(Command::ResetMeters));
        assert!(gui.send(Command::RunMeters(false)));
        assert!(!gui.send(Command::RunMeters(true)));
        assert_eq!(audio.receive(), Some(Command::ResetMeters));
        assert_eq!(audio.receive(), Some(Command::RunMeters(false)));
        assert_eq!(audio.receive(), None);
    }
}
