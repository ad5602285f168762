// libcurl looks at the stop about once a second, and whenever something moves.
#include "orchestration/http_post.hpp"

#include <curl/curl.h>

#include <array>
#include <memory>

#include "base/error.hpp"

namespace cartograph::orchestration {
namespace {

constexpr std::string_view kUserAgent = "cartograph/" CARTOGRAPH_VERSION;

struct Library {
  Library() {
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) throw Error("libcurl does not start");
  }
  ~Library() { curl_global_cleanup(); }
};

std::size_t take_nothing(char*, std::size_t size, std::size_t count, void*) { return size * count; }

int ask_to_stop(void* stop, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  return static_cast<const std::stop_token*>(stop)->stop_requested() ? 1 : 0;
}

}  // namespace

HttpAnswer post(const HttpPost& request, const std::stop_token& stop) {
  static const Library library;
  const std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> handle(curl_easy_init(),
                                                                   &curl_easy_cleanup);
  if (!handle) throw Error("libcurl gives no handle");
  CURL* curl = handle.get();
  curl_slist* list = nullptr;
  for (const std::string& header : request.headers) list = curl_slist_append(list, header.c_str());
  // A body of more than a kilobyte would wait for the server to say that it shall come.
  list = curl_slist_append(list, "Expect:");
  const std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)> headers(list,
                                                                            &curl_slist_free_all);
  std::array<char, CURL_ERROR_SIZE> error{};
  curl_easy_setopt(curl, CURLOPT_URL, request.url.c_str());
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl, CURLOPT_USERAGENT, kUserAgent.data());
  curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers.get());
  curl_easy_setopt(curl, CURLOPT_POSTFIELDS, request.body.data());
  curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
  curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, static_cast<long>(request.time_max.count()));
  curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, error.data());
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, &take_nothing);
  curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
  curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, &ask_to_stop);
  curl_easy_setopt(curl, CURLOPT_XFERINFODATA, &stop);

  HttpAnswer answer;
  const CURLcode code = curl_easy_perform(curl);
  if (code != CURLE_OK) {
    answer.error = code == CURLE_ABORTED_BY_CALLBACK ? "stopped"
                   : error[0] != '\0'                ? error.data()
                                                     : curl_easy_strerror(code);
    return answer;
  }
  long status = 0;
  curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
  curl_off_t retry_after = 0;
  curl_easy_getinfo(curl, CURLINFO_RETRY_AFTER, &retry_after);
  answer.status = static_cast<int>(status);
  answer.retry_after = std::chrono::seconds(retry_after);
  return answer;
}

std::string shown_url(std::string_view url) {
  const std::size_t scheme = url.find("://");
  if (scheme == std::string_view::npos) return "an address without a scheme";
  std::string_view authority = url.substr(scheme + 3);
  authority = authority.substr(0, authority.find_first_of("/?#"));
  if (const std::size_t user = authority.rfind('@'); user != std::string_view::npos) {
    authority.remove_prefix(user + 1);
  }
  return std::string(url.substr(0, scheme + 3)).append(authority);
}

}  // namespace cartograph::orchestration
