//! Large objects from a worker to the audio thread, and back to be freed.

use rtrb::{Consumer, Producer, RingBuffer};

/// The worker's end: it allocates and frees the boxes.
#[derive(Debug)]
pub struct HandoffSender<T> {
    fresh: Producer<Box<T>>,
    used: Consumer<Box<T>>,
}

/// The audio thread's end: it neither allocates nor frees.
#[derive(Debug)]
pub struct HandoffReceiver<T> {
    fresh: Consumer<Box<T>>,
    used: Producer<Box<T>>,
}

/// Number of boxes under way in each direction. The audio thread looks once per block, so few are needed.
const UNDER_WAY: usize = 4;

/// Creates a pair of rings, one for each direction.
pub fn handoff<T>() -> (HandoffSender<T>, HandoffReceiver<T>) {
    let (fresh_in, fresh_out) = RingBuffer::new(UNDER_WAY);
    let (used_in, used_out) = RingBuffer::new(UNDER_WAY);
    (HandoffSender { fresh: fresh_in, used: used_out }, HandoffReceiver { fresh: fresh_out, used: used_in })
}

impl<T> HandoffSender<T> {
    /// Sends a box. If too many are under way, since audio is stopped, it returns the box: try again later, or keep the newest only.
    ///
    /// # Errors
    ///
    /// The box, if there is no room.
    pub fn send(&mut self, fresh: Box<T>) -> Result<(), Box<T>> {
        self.collect();
        self.fresh.push(fresh).map_err(|rtrb::PushError::Full(back)| back)
    }

    /// Frees the boxes that came back. The worker calls it now and then, so that the audio thread can return old boxes.
    pub fn collect(&mut self) {
        while self.used.pop().is_ok() {}
    }
}

impl<T> HandoffReceiver<T> {
    /// Puts the next box into `current` and sends the old one back to the worker. Returns true if there was one; calls until false
    /// give the newest. Without room to send the old one back nothing changes: it is never freed here.
    pub fn receive(&mut self, current: &mut Option<Box<T>>) -> bool {
        if current.is_some() && self.used.slots() == 0 {
            return false;
        }
        let Ok(fresh) = self.fresh.pop() else { return false };
        if let Some(old) = current.replace(fresh)
            && let Err(rtrb::PushError::Full(old)) = self.used.push(old)
        {
            // Cannot happen: room was made sure of above, and only this end fills it. A leak would be the lesser evil.
            std::mem::forget(old);
        }
        true
    }

    /// Sends `current` back to the worker without a successor. Returns false if there is no room yet.
    pub fn give_back(&mut self, current: &mut Option<Box<T>>) -> bool {
        let Some(old) = current.take() else { return true };
        match self.used.push(old) {
            Ok(()) => true,
            Err(rtrb::PushError::Full(old)) => {
                *current = Some(old);
                false
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::thread;

    /// Knows where it was freed.
    struct Tracked {
        number: usize,
        freed: Arc<AtomicUsize>,
        home: thread::ThreadId,
    }

    impl Drop for Tracked {
        fn drop(&mut self) {
            assert_eq!(thread::current().id(), self.home, "freed on the audio thread");
            self.freed.fetch_add(1, Ordering::Relaxed);
        }
    }

    #[test]
    fn the_worker_frees_everything_and_the_audio_thread_nothing() {
        const ALL: usize = 2_000;
        let (mut worker, mut receiver) = handoff::<Tracked>();
        let freed = Arc::new(AtomicUsize::new(0));
        let audio = thread::spawn(move || {
            let mut current: Option<Box<Tracked>> = None;
            let mut last = 0;
            while last < ALL {
                while receiver.receive(&mut current) {
                    let number = current.as_ref().unwrap().number;
                    assert_eq!(number, last + 1);
                    last = number;
                }
                thread::yield_now();
            }
            while !receiver.give_back(&mut current) {
                thread::yield_now();
            }
            receiver
        });
        for number in 1..=ALL {
            let home = thread::current().id();
            let mut next = Box::new(Tracked { number, freed: Arc::clone(&freed), home });
            while let Err(back) = worker.send(next) {
                next = back;
                thread::yield_now();
            }
        }
        while freed.load(Ordering::Relaxed) < ALL {
            worker.collect();
            thread::yield_now();
        }
        drop(audio.join().unwrap());
    }

    #[test]
    fn the_old_box_stays_until_it_can_be_returned() {
        let (mut worker, mut audio) = handoff();
        let mut current = Some(Box::new(0));
        for n in 1..=UNDER_WAY {
            worker.fresh.push(Box::new(n)).unwrap();
            assert!(audio.receive(&mut current));
        }
        worker.fresh.push(Box::new(99)).unwrap();
        assert!(!audio.receive(&mut current));
        assert_eq!(current, Some(Box::new(UNDER_WAY)));
        worker.collect();
        assert!(audio.receive(&mut current));
        assert_eq!(current, Some(Box::new(99)));
    }
}
