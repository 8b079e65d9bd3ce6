#include "search/llm/http_provider.h"

#include <curl/curl.h>
#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>

#include "support/text.h"

namespace castra::search::llm {
namespace {

using Json = nlohmann::json;

constexpr double kDefaultTimeout = 300;
constexpr long kConnectTimeout = 15;
constexpr std::size_t kBodyBudget = std::size_t{4} << 20;
constexpr std::size_t kExcerpt = 300;  ///< bytes of a server's answer quoted in an error

struct Response {
  CURLcode code = CURLE_OK;
  long status = 0;
  std::optional<double> retry_after_s;
  std::string body;
  std::string curl_text;
};

std::size_t receive(char* data, std::size_t size, std::size_t count, void* user) {
  auto& body = *static_cast<std::string*>(user);
  if (body.size() + size * count > kBodyBudget) return 0;
  body.append(data, size * count);
  return size * count;
}

int progress(void* user, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  const auto* cancel = static_cast<const std::atomic<bool>*>(user);
  return cancel != nullptr && *cancel ? 1 : 0;
}

using Headers = std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)>;

Headers make_headers(const std::string& key) {
  curl_slist* list = curl_slist_append(nullptr, "Content-Type: application/json");
  if (!key.empty()) list = curl_slist_append(list, ("Authorization: Bearer " + key).c_str());
  return {list, curl_slist_free_all};
}

Response post(const std::string& url, const std::string& key, const std::string& body,
              double timeout_s, const std::atomic<bool>* cancel) {
  static const CURLcode global = curl_global_init(CURL_GLOBAL_DEFAULT);
  Response response;
  const std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> curl(curl_easy_init(),
                                                                 curl_easy_cleanup);
  if (global != CURLE_OK || !curl) {
    response.code = CURLE_FAILED_INIT;
    return response;
  }
  char text[CURL_ERROR_SIZE] = "";
  const Headers headers = make_headers(key);
  curl_easy_setopt(curl.get(), CURLOPT_URL, url.c_str());
  curl_easy_setopt(curl.get(), CURLOPT_HTTPHEADER, headers.get());
  curl_easy_setopt(curl.get(), CURLOPT_POSTFIELDS, body.data());
  curl_easy_setopt(curl.get(), CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body.size()));
  curl_easy_setopt(curl.get(), CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(curl.get(), CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(curl.get(), CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl.get(), CURLOPT_CONNECTTIMEOUT, kConnectTimeout);
  curl_easy_setopt(curl.get(), CURLOPT_TIMEOUT_MS, static_cast<long>(timeout_s * 1000));
  curl_easy_setopt(curl.get(), CURLOPT_ERRORBUFFER, text);
  curl_easy_setopt(curl.get(), CURLOPT_WRITEFUNCTION, receive);
  curl_easy_setopt(curl.get(), CURLOPT_WRITEDATA, &response.body);
  curl_easy_setopt(curl.get(), CURLOPT_NOPROGRESS, 0L);
  curl_easy_setopt(curl.get(), CURLOPT_XFERINFOFUNCTION, progress);
  curl_easy_setopt(curl.get(), CURLOPT_XFERINFODATA, cancel);
  response.code = curl_easy_perform(curl.get());
  curl_easy_getinfo(curl.get(), CURLINFO_RESPONSE_CODE, &response.status);
  curl_off_t wait = 0;
  curl_easy_getinfo(curl.get(), CURLINFO_RETRY_AFTER, &wait);
  if (wait > 0) response.retry_after_s = static_cast<double>(wait);
  response.curl_text = text[0] != '\0' ? text : curl_easy_strerror(response.code);
  return response;
}

std::string excerpt(std::string_view text) {
  std::string out{trim(text).substr(0, kExcerpt)};
  std::replace_if(
      out.begin(), out.end(), [](char c) { return static_cast<unsigned char>(c) < 32; }, ' ');
  return out;
}

/// The server's own words about an error, wherever it put them.
std::string server_message(const std::string& body) {
  const Json json = Json::parse(body, nullptr, false);
  if (!json.is_object()) return excerpt(body);
  const Json error = json.value("error", Json());
  if (error.is_string()) return excerpt(error.get<std::string>());
  if (error.is_object() && error.contains("message") && error["message"].is_string()) {
    return excerpt(error["message"].get<std::string>());
  }
  if (json.contains("message") && json["message"].is_string()) {
    return excerpt(json["message"].get<std::string>());
  }
  return excerpt(body);
}

/// A message's text: a string, or a list of parts of type text.
std::optional<std::string> content_text(const Json& content) {
  if (content.is_string()) return content.get<std::string>();
  if (!content.is_array()) return std::nullopt;
  std::string text;
  for (const Json& part : content) {
    if (part.is_object() && part.contains("text") && part["text"].is_string()) {
      text += part["text"].get<std::string>();
    }
  }
  return text;
}

std::int64_t count(const Json& usage, const char* key) {
  return usage.contains(key) && usage[key].is_number_integer() ? usage[key].get<std::int64_t>() : 0;
}

std::optional<Reply> read_reply(const std::string& body) {
  const Json json = Json::parse(body, nullptr, false);
  if (!json.is_object() || !json.contains("choices") || !json["choices"].is_array() ||
      json["choices"].empty()) {
    return std::nullopt;
  }
  const Json& choice = json["choices"][0];
  if (!choice.is_object() || !choice.contains("message") || !choice["message"].is_object() ||
      !choice["message"].contains("content")) {
    return std::nullopt;
  }
  auto text = content_text(choice["message"]["content"]);
  if (!text) return std::nullopt;
  Reply reply;
  reply.truncated = text->size() > kReplyBudget ||
                    (choice.contains("finish_reason") && choice["finish_reason"] == "length");
  reply.text = text->substr(0, kReplyBudget);
  if (json.contains("usage") && json["usage"].is_object()) {
    reply.usage =
        Usage{count(json["usage"], "prompt_tokens"), count(json["usage"], "completion_tokens")};
  }
  return reply;
}

}  // namespace

bool may_carry_key(const std::string& base) {
  if (base.starts_with("https://")) return true;
  const std::string rest = base.substr(std::min<std::size_t>(base.size(), 7));
  const std::string authority = rest.substr(0, rest.find('/'));
  if (authority.starts_with("[::1]")) return true;
  const std::string host = authority.substr(0, authority.find(':'));
  return host == "localhost" || host == "127.0.0.1";
}

HttpProvider::HttpProvider(Server server, const ProviderOptions& options)
    : server_(std::move(server)),
      timeout_s_(options.timeout_s > 0 ? options.timeout_s : kDefaultTimeout),
      cancel_(options.cancel),
      policy_{options.attempts, options.first_wait_s},
      rng_(options.seed),
      sleep_(cancellable_sleep(options.cancel)) {}

std::string HttpProvider::describe() const { return server_.base + ", model " + server_.model; }

std::string HttpProvider::scrubbed(std::string text) const {
  if (server_.key.empty()) return text;
  for (std::size_t at = text.find(server_.key); at != std::string::npos;
       at = text.find(server_.key, at)) {
    text.replace(at, server_.key.size(), "***");
  }
  return text;
}

AttemptError HttpProvider::error(std::string what, std::string remedy, bool retryable) const {
  return {Error{scrubbed(server_.base + ": " + what), scrubbed(std::move(remedy))}, retryable,
          std::nullopt};
}

Result<Reply> HttpProvider::complete(const Prompt& prompt) {
  const Json body = {{"model", server_.model},
                     {"messages",
                      {{{"role", "system"}, {"content", prompt.system}},
                       {{"role", "user"}, {"content", prompt.user}}}}};
  const std::string text = body.dump(-1, ' ', false, Json::error_handler_t::replace);
  return with_retries(policy_, rng_, sleep_, [&] { return attempt(text); });
}

Attempt HttpProvider::attempt(const std::string& body) const {
  Response response =
      post(server_.base + "/chat/completions", server_.key, body, timeout_s_, cancel_);
  response.body = scrubbed(std::move(response.body));
  if (response.code == CURLE_ABORTED_BY_CALLBACK) {
    return tl::unexpected(error("interrupted while waiting for the model", "", false));
  }
  if (response.code == CURLE_WRITE_ERROR) {
    return tl::unexpected(error("the answer is larger than 4 MiB", "", false));
  }
  if (response.code == CURLE_URL_MALFORMAT || response.code == CURLE_UNSUPPORTED_PROTOCOL) {
    return tl::unexpected(error(response.curl_text, "correct the provider's URL", false));
  }
  if (response.code != CURLE_OK) {
    return tl::unexpected(
        error(response.curl_text, "is the server running, and the URL right?", true));
  }
  if (response.status < 200 || response.status >= 300) {
    const bool retryable =
        response.status == 408 || response.status == 429 || response.status >= 500;
    const char* remedy = response.status == 401 || response.status == 403
                             ? "set CASTRA_API_KEY (or OPENAI_API_KEY) to a valid key"
                         : response.status == 404
                             ? "check the URL (it usually ends in /v1) and the model"
                             : "";
    AttemptError failed =
        error(fmt::format("status {}: {}", response.status, server_message(response.body)), remedy,
              retryable);
    failed.retry_after_s = response.retry_after_s;
    return tl::unexpected(failed);
  }
  auto reply = read_reply(response.body);
  if (!reply) {
    return tl::unexpected(error("the answer is not a chat completion: " + excerpt(response.body),
                                "the server must speak OpenAI's chat/completions", true));
  }
  return std::move(*reply);
}

}  // namespace castra::search::llm
