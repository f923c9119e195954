//! One value for each service, and one for what belongs to none of them alone.
//!
//! In: services. Out: [`PerService`].
//! Invariant: `None` is code and configuration that several services may share.
//! Never: a service that is not known.

use std::ops::{Index, IndexMut};

use crate::model::{IndexVec, ServiceId};

/// A value for each service, and one for shared code.
pub(super) struct PerService<T> {
    own: IndexVec<ServiceId, T>,
    shared: T,
}

impl<T: Clone + Default> PerService<T> {
    /// Empty values for that many services.
    pub(super) fn new(services: usize) -> Self {
        Self {
            own: vec![T::default(); services].into(),
            shared: T::default(),
        }
    }
}

impl<T> Index<Option<ServiceId>> for PerService<T> {
    type Output = T;

    fn index(&self, service: Option<ServiceId>) -> &T {
        service.map_or(&self.shared, |service| &self.own[service])
    }
}

impl<T> IndexMut<Option<ServiceId>> for PerService<T> {
    fn index_mut(&mut self, service: Option<ServiceId>) -> &mut T {
        match service {
            Some(service) => &mut self.own[service],
            None => &mut self.shared,
        }
    }
}
