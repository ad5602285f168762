// What ends a reading that cannot go on with its run.
#pragma once

#include "base/error.hpp"

namespace cartograph::warehouse {

/// A newer run was published while one was read that is not kept: on the nodes of a cluster none
/// is, nor of the embedded warehouse's lake a file that a newer run has merged. What was read is of
/// no use; read anew, the newer run answers.
class Superseded : public TransientError {
 public:
  using TransientError::TransientError;
};

}  // namespace cartograph::warehouse
