#!/bin/sh
# Mails a notification of a check_netstat service. All text comes in the
# environment and is only ever printed, so that nothing in it is run.
# MAILER takes the place of mail(1).
set -eu

tested=$(date -d "@${NETSTAT_TESTED%.*}" '+%Y-%m-%d %H:%M:%S %z')
subject="$NETSTAT_TYPE: $NETSTAT_HOST $NETSTAT_KEY is $NETSTAT_STATE"

{
  printf 'Item:     %s\n' "$NETSTAT_KEY"
  printf 'Host:     %s\n' "$NETSTAT_HOST"
  printf 'Service:  %s\n' "$NETSTAT_SERVICE"
  printf 'State:    %s\n' "$NETSTAT_STATE"
  printf 'Tested:   %s\n' "$tested"
  [ -z "${NETSTAT_COMMENT:-}" ] || printf 'Comment:  %s\n' "$NETSTAT_COMMENT"
  [ -z "${NETSTAT_NOTE:-}" ] || printf 'Note:     %s\n' "$NETSTAT_NOTE"
  printf '\n%s\n' "$NETSTAT_OUTPUT"
} | "${MAILER:-mail}" -s "$subject" "$NETSTAT_TO"
