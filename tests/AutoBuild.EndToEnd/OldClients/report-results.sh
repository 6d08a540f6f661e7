STATUS="success"
if [ "${{ env.HAS_CHANGES }}" != "true" ]; then
  STATUS="no_changes"
elif [ "${{ env.QA_PASSED }}" != "true" ]; then
  STATUS="qa_failed"
fi

curl -X POST "${{ github.event.client_payload.callback_url }}" \
  -H "Content-Type: application/json" \
  -H "Authorization: Bearer ${{ github.event.client_payload.callback_secret }}" \
  -d "{
    \"ticket_id\": \"${{ github.event.client_payload.ticket_id }}\",
    \"status\": \"$STATUS\",
    \"pr_url\": \"${{ steps.create-pr.outputs.pr_url }}\",
    \"pr_number\": \"${{ steps.create-pr.outputs.pr_number }}\",
    \"qa_passed\": ${{ env.QA_PASSED }},
    \"run_id\": \"${{ github.run_id }}\"
  }" || echo "Callback failed"
