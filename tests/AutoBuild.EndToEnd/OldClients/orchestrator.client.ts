// app/lib/orchestrator.client.ts
export async function submitAgentJob(ticket: Ticket, project: Project) {
  const response = await fetch(`${ORCHESTRATOR_URL}/api/v1/jobs`, {
    method: 'POST',
    headers: { 'Authorization': `Bearer ${token}` },
    body: JSON.stringify({
      ticket_id: ticket.id,
      project_id: project.id,
      priority: ticket.priority,
      prompt: buildPrompt(ticket),
    }),
  });
  return response.json();
}

export async function getJobStatus(jobId: string) {
  const response = await fetch(`${ORCHESTRATOR_URL}/api/v1/jobs/${jobId}`);
  return response.json();
}
