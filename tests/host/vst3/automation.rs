//! The queues of a block's automation.

use std::sync::Mutex;

use vst3::Steinberg::Vst::{
    IParamValueQueue, IParamValueQueueTrait, IParameterChanges, IParameterChangesTrait, ParamID, ParamValue,
};
use vst3::Steinberg::{int32, kInvalidArgument, kResultOk, tresult};
use vst3::{Class, ComPtr, ComWrapper};

use super::locked;
use crate::Change;

/// One parameter's automation in a block. Its own lock is taken by the caller's thread only.
pub struct Queue {
    id: u32,
    points: Mutex<Vec<(i32, f64)>>,
}

impl Class for Queue {
    type Interfaces = (IParamValueQueue,);
}

impl IParamValueQueueTrait for Queue {
    unsafe fn getParameterId(&self) -> ParamID {
        self.id
    }

    unsafe fn getPointCount(&self) -> int32 {
        i32::try_from(locked(&self.points).len()).unwrap_or(i32::MAX)
    }

    unsafe fn getPoint(&self, index: int32, offset: *mut int32, value: *mut ParamValue) -> tresult {
        let points = locked(&self.points);
        let Some(point) = usize::try_from(index).ok().and_then(|i| points.get(i)) else {
            return kInvalidArgument;
        };
        // SAFETY: VST3 ivstparameterchanges.h, getPoint: two places for the answer
        unsafe {
            offset.write(point.0);
            value.write(point.1);
        }
        kResultOk
    }

    unsafe fn addPoint(&self, offset: int32, value: ParamValue, index: *mut int32) -> tresult {
        let mut points = locked(&self.points);
        points.push((offset, value));
        if !index.is_null() {
            // SAFETY: VST3 ivstparameterchanges.h, addPoint: a place for the answer
            unsafe { index.write(i32::try_from(points.len()).unwrap_or(0) - 1) };
        }
        kResultOk
    }
}

/// All automation of a block, one queue a parameter.
pub struct Changes(Mutex<Vec<(ComWrapper<Queue>, ComPtr<IParamValueQueue>)>>);

impl Class for Changes {
    type Interfaces = (IParameterChanges,);
}

impl Changes {
    /// Queues of these points, in order.
    pub fn new(changes: &[Change]) -> Self {
        let all = Self(Mutex::default());
        for change in changes {
            let queue = all.queue(change.id);
            locked(&queue.points).push((i32::try_from(change.frame).unwrap_or(i32::MAX), change.value));
        }
        all
    }

    /// All points, in the order of queues.
    pub fn points(&self) -> Vec<(u32, i32, f64)> {
        let queues = locked(&self.0);
        let points = |queue: &Queue| -> Vec<_> {
            locked(&queue.points).iter().map(|point| (queue.id, point.0, point.1)).collect()
        };
        queues.iter().flat_map(|(queue, _)| points(queue)).collect()
    }

    fn queue(&self, id: u32) -> ComWrapper<Queue> {
        let mut queues = locked(&self.0);
        if let Some((queue, _)) = queues.iter().find(|(queue, _)| queue.id == id) {
            return queue.clone();
        }
        let queue = ComWrapper::new(Queue { id, points: Mutex::default() });
        if let Some(pointer) = queue.to_com_ptr() {
            queues.push((queue.clone(), pointer));
        }
        queue
    }
}

impl IParameterChangesTrait for Changes {
    unsafe fn getParameterCount(&self) -> int32 {
        i32::try_from(locked(&self.0).len()).unwrap_or(i32::MAX)
    }

    unsafe fn getParameterData(&self, index: int32) -> *mut IParamValueQueue {
        let queues = locked(&self.0);
        let queue = usize::try_from(index).ok().and_then(|i| queues.get(i));
        queue.map_or(std::ptr::null_mut(), |(_, pointer)| pointer.as_ptr())
    }

    unsafe fn addParameterData(&self, id: *const ParamID, index: *mut int32) -> *mut IParamValueQueue {
        // SAFETY: VST3 ivstparameterchanges.h, addParameterData: an id and a place for the answer
        let id = unsafe { id.read() };
        self.queue(id);
        let queues = locked(&self.0);
        let Some(at) = queues.iter().position(|(queue, _)| queue.id == id) else {
            return std::ptr::null_mut();
        };
        if !index.is_null() {
            // SAFETY: as above
            unsafe { index.write(i32::try_from(at).unwrap_or(0)) };
        }
        queues[at].1.as_ptr()
    }
}
