/*
** The floor of many calls at a time: a bare libcurl multi loop that posts to
** one URL. usage: as the other peers, multi life url '' calls concurrency
*/
#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>

static size_t swallow(char *bytes, size_t one, size_t n, void *data) {
  (void)bytes;
  (void)data;
  return one * n;
}

int main(int argc, char **argv) {
  int calls = argc > 5 ? atoi(argv[4]) : 0;
  int most = argc > 5 ? atoi(argv[5]) : 0;
  char url[256];
  int begun = 0;
  int done = 0;
  struct curl_slist *fields;
  CURLM *multi;
  if (calls < 1 || most < 1)
    return 2;
  snprintf(url, sizeof(url), "%s/api/v1/users/00u1/lifecycle/suspend", argv[2]);
  curl_global_init(CURL_GLOBAL_DEFAULT);
  multi = curl_multi_init();
  fields = curl_slist_append(NULL, "Authorization: SSWS tok");
  for (; begun < most && begun < calls; begun++) {
    CURL *easy = curl_easy_init();
    curl_easy_setopt(easy, CURLOPT_URL, url);
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, fields);
    curl_easy_setopt(easy, CURLOPT_POST, 1L);
    curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE, 0L);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, swallow);
    curl_multi_add_handle(multi, easy);
  }
  while (done < calls) {
    int running;
    int left;
    CURLMsg *message;
    curl_multi_perform(multi, &running);
    while ((message = curl_multi_info_read(multi, &left)) != NULL) {
      CURL *easy = message->easy_handle;
      long status = 0;
      curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
      if (message->data.result != CURLE_OK || status != 200) {
        fprintf(stderr, "a call failed\n");
        return 1;
      }
      done++;
      curl_multi_remove_handle(multi, easy);
      if (begun < calls) {
        begun++;
        curl_multi_add_handle(multi, easy);
      } else {
        curl_easy_cleanup(easy);
      }
    }
    if (done < calls)
      curl_multi_poll(multi, NULL, 0, 1000, NULL);
  }
  curl_multi_cleanup(multi);
  curl_slist_free_all(fields);
  return 0;
}
