//! Commands from the GUI to the audio thread.

use rtrb::{Consumer, Producer, RingBuffer};

/// The sending end, on the GUI's thread.
#[derive(Debug)]
pub struct CommandSender<T: Copy> {
    ring: Producer<T>,
}

/// The receiving end, on the audio thread.
#[derive(Debug)]
pub struct CommandReceiver<T: Copy> {
    ring: Consumer<T>,
}

/// Creates a channel with room for `capacity` commands.
pub fn commands<T: Copy>(capacity: usize) -> (CommandSender<T>, CommandReceiver<T>) {
    let (producer, consumer) = RingBuffer::new(capacity);
    (CommandSender { ring: producer }, CommandReceiver { ring: consumer })
}

impl<T: Copy> CommandSender<T> {
    /// Sends a command. Returns false if there is no room, since audio is stopped.
    pub fn send(&mut self, command: T) -> bool {
        self.ring.push(command).is_ok()
    }
}

impl<T: Copy> CommandReceiver<T> {
    /// Takes the next command. The audio thread calls it at the start of a block until there is none.
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
        assert!(gui.send(1));
        assert!(gui.send(2));
        assert!(!gui.send(3));
        assert_eq!(audio.receive(), Some(1));
        assert_eq!(audio.receive(), Some(2));
        assert_eq!(audio.receive(), None);
    }
}
