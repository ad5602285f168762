// What went wrong, as RFC 9457 says it: application/problem+json.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "api/message.hpp"
#include "base/error.hpp"

namespace cartograph::api {

/// What is wrong with one parameter, and what it takes.
struct ParameterFault {
  std::string parameter;
  std::string detail;
  std::string allowed;
};

/// Ends the handling of a request; becomes its response.
class Problem : public Error {
 public:
  Problem(int status, std::string detail, std::vector<Header> headers = {})
      : Error(detail), status_(status), headers_(std::move(headers)) {}
  explicit Problem(std::vector<ParameterFault> faults);

  int status() const { return status_; }
  const std::vector<ParameterFault>& faults() const { return faults_; }
  const std::vector<Header>& headers() const { return headers_; }

 private:
  int status_;
  std::vector<ParameterFault> faults_;
  std::vector<Header> headers_;  // of the response: Allow, Retry-After, WWW-Authenticate
};

/// The response. `instance` is the path that was asked for, without its query.
Response response_of(const Problem& problem, std::string_view instance,
                     std::string_view request_id);

}  // namespace cartograph::api
